/**
 * The daemon as a process: how one is started, and what it does besides serving.
 *
 * <h2>Job</h2>
 *
 * Starts a second process of this program that serves an interface and goes on when the first has
 * ended; and, in that one, has the names of endpoints resolved again when a peer does not answer.
 *
 * <h2>In</h2>
 *
 * The name of an interface; names of endpoints on standard input.
 *
 * <h2>Out</h2>
 *
 * A process that is ready or said why not; endpoints set through the engine.
 *
 * <h2>May use</h2>
 *
 * {@code engine} and {@code protocol}; the JDK's resolver.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.daemon.Background}, {@link dev.warren.cli.daemon.EndpointRefresh}.
 */
@NullMarked
package dev.warren.cli.daemon;

import org.jspecify.annotations.NullMarked;
