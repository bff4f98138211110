@NullMarked
package dev.warren.embed;

import org.jspecify.annotations.NullMarked;
