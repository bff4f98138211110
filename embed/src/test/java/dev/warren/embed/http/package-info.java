/** Tests of the package of the same name. */
@NullMarked
package dev.warren.embed.http;

import org.jspecify.annotations.NullMarked;
