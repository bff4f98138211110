@NullMarked
package dev.warren.embed.proxy.forward;

import org.jspecify.annotations.NullMarked;
