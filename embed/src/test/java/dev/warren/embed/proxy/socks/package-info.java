@NullMarked
package dev.warren.embed.proxy.socks;

import org.jspecify.annotations.NullMarked;
