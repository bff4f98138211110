/**
 * The command: what a person types, and what they read when it fails.
 *
 * <h2>Job</h2>
 *
 * Reads the command line and the environment, puts the rooms together, and turns every failure into
 * one line that a person can act on.
 *
 * <h2>In</h2>
 *
 * Arguments, {@code LOG_LEVEL}.
 *
 * <h2>Out</h2>
 *
 * An exit status, messages on standard error, a running device.
 *
 * <h2>May use</h2>
 *
 * Every shipped room; nothing uses this one but tests.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.Main}.
 */
@NullMarked
package dev.warren.cli;

import org.jspecify.annotations.NullMarked;
