/**
 * Warren's {@code wg} beside Debian's: the same command lines, compared byte for byte.
 *
 * <h2>Job</h2>
 *
 * Hundreds of command lines and files, good, odd and bad, are run through both against the same
 * interface, reset before each: standard output, standard error, exit status and the state that
 * results must be the same. Where they may differ stands in {@code docs/deviations.md}.
 *
 * <h2>In</h2>
 *
 * Debian's {@code wg}, an interface of Warren and one of wireguard-go, and daemons of the test's
 * own whose answers no real one would give; root.
 *
 * <h2>Out</h2>
 *
 * Verdicts alone.
 *
 * <h2>May use</h2>
 *
 * {@link dev.warren.interop.host}, JUnit; of Warren {@code WgCommand}, whose world is handed in: a
 * process for each of thousands of runs would take minutes. What a process adds (streams, {@code
 * /proc}, the launcher) is tested by whole processes.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.interop.tool.WgDifferenceTest}.
 */
@NullMarked
package dev.warren.interop.tool;

import org.jspecify.annotations.NullMarked;
