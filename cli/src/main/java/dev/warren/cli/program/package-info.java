/**
 * Other programs, asked; and this one, started again.
 *
 * <h2>Job</h2>
 *
 * Runs a program, reads what it prints, and ends it when it takes too long. Knows the command line
 * that started this one.
 *
 * <h2>In</h2>
 *
 * A command line and a limit.
 *
 * <h2>Out</h2>
 *
 * An exit status and text.
 *
 * <h2>May use</h2>
 *
 * The JDK.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.program.BriefProgram}.
 */
@NullMarked
package dev.warren.cli.program;

import org.jspecify.annotations.NullMarked;
