/**
 * The speed bed: two implementations measured in turns, in the same run, on the same machine.
 *
 * <h2>Job</h2>
 *
 * Runs A B A B ..., each time with fresh namespaces and fresh daemons on both ends of a veth pair,
 * and compares medians, also with the goals. Started by {@code bench/bed}; what has logic has
 * tests, the rest is no part of them.
 *
 * <h2>In</h2>
 *
 * Two names or paths of daemons, the rows, the number of rounds, the seconds of each stream.
 *
 * <h2>Out</h2>
 *
 * A progress line for each measurement on standard error, a Markdown table on standard output.
 *
 * <h2>May use</h2>
 *
 * The JDK, {@link dev.warren.interop.host}, and for its own loads {@code crypto}, {@code packet}
 * and {@code protocol}.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.interop.speed.Bed}, then {@code Measure} for the rows and {@code Schedule} for
 * the steps.
 */
@NullMarked
package dev.warren.interop.speed;

import org.jspecify.annotations.NullMarked;
