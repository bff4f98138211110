/**
 * {@code warren status}: all tunnels at a glance.
 *
 * <h2>Job</h2>
 *
 * Asks the daemons, judges each peer (up, stale, never, and why), reckons rates from two samples,
 * and shows it all as a table, as JSON, or live.
 *
 * <h2>In</h2>
 *
 * Answers of the configuration sockets; names from comments in the configuration files.
 *
 * <h2>Out</h2>
 *
 * Lines of text.
 *
 * <h2>May use</h2>
 *
 * {@code cli.uapi}, {@code cli.terminal}, {@code cli.json}, {@code cli.help}, and {@code linux} for
 * the size of a terminal. Without {@code --watch} it starts in a few milliseconds: no FFM, streams,
 * formatting, regular expressions.
 *
 * <h2>Start reading at</h2>
 *
 * {@code StatusCommand}, then {@code Condition}.
 */
@NullMarked
package dev.warren.cli.view;

import org.jspecify.annotations.NullMarked;
