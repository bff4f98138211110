@NullMarked
package dev.warren.embed.proxy.relay;

import org.jspecify.annotations.NullMarked;
