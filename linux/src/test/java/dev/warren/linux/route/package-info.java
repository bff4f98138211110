/** Tests of the Linux room, against the host's own kernel. */
@NullMarked
package dev.warren.linux.route;

import org.jspecify.annotations.NullMarked;
