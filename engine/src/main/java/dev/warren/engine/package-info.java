/**
 * Runs the protocol core: one thread per device, and the configuration socket.
 *
 * <p><b>Job:</b> bring packets from the ports to the core and back, keep its deadlines, carry
 * commands from other threads to the device's own, serve the configuration protocol.
 *
 * <p><b>In:</b> a {@code TunPort}, a {@code UdpPort} and a {@code Doorbell}; requests on a Unix
 * socket. <b>Out:</b> packets, answers, log lines.
 *
 * <p><b>May use:</b> {@code protocol} and what it uses; no native calls.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.engine.Engine}.
 */
@NullMarked
package dev.warren.engine;

import org.jspecify.annotations.NullMarked;
