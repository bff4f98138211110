/**
 * A private network inside a Java program.
 *
 * <p><b>Job:</b> opens tunnels from a configuration and gives their sockets to programs in the
 * shapes that the JDK knows: no root, no interface.
 *
 * <p><b>In:</b> a configuration. <b>Out:</b> {@code Socket}, {@code ServerSocket}, {@code
 * DatagramSocket}, factories of them, and what the tunnel's peers do.
 *
 * <p><b>May use:</b> {@code config}, {@code engine}, {@code netstack}, {@code linux}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.Tunnel}.
 */
@NullMarked
package dev.warren.embed;

import org.jspecify.annotations.NullMarked;
