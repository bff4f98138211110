/**
 * WireGuard without I/O, threads or clock.
 *
 * <p><b>Job:</b> handshakes, keypairs, cookies, timers, cryptokey routing and peers: everything
 * that the whitepaper says, and nothing of how packets get here.
 *
 * <p><b>In:</b> batches of inner packets and of datagrams, configuration, the monotonic time of
 * each call; handed in at creation: randomness, the wall clock, the cipher. <b>Out:</b> the same
 * batches sealed or opened, the {@link dev.warren.protocol.Outbox}, the next deadline, counters.
 *
 * <p><b>May use:</b> {@code crypto} and {@code packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.protocol.Device}, then the two paths: {@code
 * OutboundPath} and {@code InboundPath}.
 */
@NullMarked
package dev.warren.protocol;

import org.jspecify.annotations.NullMarked;
