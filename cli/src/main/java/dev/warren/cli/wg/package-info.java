/**
 * {@code wg}: the counterpart of the original, word for word.
 *
 * <h2>Job</h2>
 *
 * The nine subcommands of {@code wg} with its parser, messages, exit statuses and outputs, for any
 * WireGuard that a program runs. A test compares hundreds of command lines with the original.
 *
 * <h2>In</h2>
 *
 * Arguments, environment, files, standard input; what daemons answer.
 *
 * <h2>Out</h2>
 *
 * Standard output and error as bytes, requests to daemons, an exit status.
 *
 * <h2>May use</h2>
 *
 * {@code config}, {@code crypto}, {@code cli.uapi}, {@code cli.names}. What {@code wg show} touches
 * does without FFM, lambdas, streams, formatters and regular expressions, for the sake of its
 * start.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.wg.WgCommand}.
 */
@NullMarked
package dev.warren.cli.wg;

import org.jspecify.annotations.NullMarked;
