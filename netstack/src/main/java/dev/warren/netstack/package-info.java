/**
 * A host's TCP/IP: IPv4, IPv6, ICMP, UDP and TCP, without I/O, threads and clock.
 *
 * <p><b>Job:</b> stands where the operating system's network would, on the other side of a {@link
 * dev.warren.packet.TunPort}: packets go in by {@code receive}, come out by {@code transmit}, and
 * both bring the time.
 *
 * <p><b>In:</b> IP packets, and what programs ask of their sockets. <b>Out:</b> IP packets, and
 * streams, datagrams and verdicts.
 *
 * <p><b>May use:</b> {@code packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.netstack.Stack}.
 */
@NullMarked
package dev.warren.netstack;

import org.jspecify.annotations.NullMarked;
