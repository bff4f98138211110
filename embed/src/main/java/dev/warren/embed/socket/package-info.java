/**
 * The JDK's sockets over a tunnel's stack.
 *
 * <p><b>Job:</b> gives the stack's connections and ports the faces of {@code java.net}, with its
 * timeouts, half-closes, interrupts and exceptions.
 *
 * <p><b>In:</b> a stack. <b>Out:</b> {@code Socket}, {@code ServerSocket}, {@code DatagramSocket}.
 *
 * <p><b>May use:</b> {@code netstack}, {@code packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.socket.Sockets}.
 */
@NullMarked
package dev.warren.embed.socket;

import org.jspecify.annotations.NullMarked;
