/**
 * JMH benchmarks of what the data path and the handshake are made of.
 *
 * <h2>Job</h2>
 *
 * <p>Say what one operation costs, in nanoseconds and in bytes of garbage.
 *
 * <h2>In</h2>
 *
 * <p>{@code ./dev bench REGEX}, {@code ./dev bench --gate}.
 *
 * <h2>Out</h2>
 *
 * <p>JMH's table, {@code bench/target/jmh.json}, and an exit status that tells whether the data
 * path left garbage.
 *
 * <h2>May use</h2>
 *
 * <p>Every room and JMH. Never shipped.
 *
 * <h2>Start reading at</h2>
 *
 * <p>{@link dev.warren.bench.DataPathBenchmark}, and {@link dev.warren.bench.Runner} for the
 * garbage.
 */
@NullMarked
package dev.warren.bench;

import org.jspecify.annotations.NullMarked;
