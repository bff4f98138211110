/**
 * What joins a tunnel's engine to its stack on one side, and to UDP on the other.
 *
 * <p><b>Job:</b> lets the stack stand where a TUN interface would, and finds the best UDP, wait and
 * cryptography that this process may use: the kernel's by native calls, or the JDK's.
 *
 * <p><b>In:</b> packets, datagrams, rings. <b>Out:</b> the same, and what the engine needs to run.
 *
 * <p><b>May use:</b> {@code engine}, {@code netstack}, {@code linux}, {@code crypto}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.port.Backend}.
 */
@NullMarked
package dev.warren.embed.port;

import org.jspecify.annotations.NullMarked;
