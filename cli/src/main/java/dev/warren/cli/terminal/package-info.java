/**
 * The terminal: whether there is one, its colours, its size, and taking all of it.
 *
 * <h2>Job</h2>
 *
 * Knows what may be sent to a terminal, and leaves it as it was.
 *
 * <h2>In</h2>
 *
 * {@code /proc/self/fd}, {@code WG_COLOR_MODE}, {@code NO_COLOR}, {@code TERM}; keys pressed.
 *
 * <h2>Out</h2>
 *
 * Text with and without ANSI sequences.
 *
 * <h2>May use</h2>
 *
 * {@code cli.program}, and {@code linux} for the size, which only a full-screen view asks for.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.terminal.Ink}, then {@link dev.warren.cli.terminal.FullScreen}.
 */
@NullMarked
package dev.warren.cli.terminal;

import org.jspecify.annotations.NullMarked;
