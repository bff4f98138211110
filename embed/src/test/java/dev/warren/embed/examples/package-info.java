@NullMarked
package dev.warren.embed.examples;

import org.jspecify.annotations.NullMarked;
