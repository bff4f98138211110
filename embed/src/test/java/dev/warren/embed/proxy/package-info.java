@NullMarked
package dev.warren.embed.proxy;

import org.jspecify.annotations.NullMarked;
