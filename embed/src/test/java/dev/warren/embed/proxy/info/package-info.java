@NullMarked
package dev.warren.embed.proxy.info;

import org.jspecify.annotations.NullMarked;
