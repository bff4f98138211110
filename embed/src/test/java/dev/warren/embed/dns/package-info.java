/** Tests of the package of the same name. */
@NullMarked
package dev.warren.embed.dns;

import org.jspecify.annotations.NullMarked;
