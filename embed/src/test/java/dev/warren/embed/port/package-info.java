@NullMarked
package dev.warren.embed.port;

import org.jspecify.annotations.NullMarked;
