/**
 * The ports of a device on a Linux host, by system calls through the Foreign Function API.
 *
 * <p><b>Job:</b> open a TUN interface, UDP sockets and the doorbell that waits for both; watch the
 * interface; and tell of privileges. Every offload and every kernel quirk stays in this room.
 *
 * <p><b>In:</b> an interface name, a port, batches of packets and datagrams. <b>Out:</b> the same
 * from the other side, news of the link, and errnos.
 *
 * <p><b>May use:</b> {@code packet}; nothing else may call native code but {@code crypto}'s OpenSSL
 * adapter.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.linux.LinuxHost}, then {@link
 * dev.warren.linux.TunDevice} and {@link dev.warren.linux.UdpSockets}.
 */
@NullMarked
package dev.warren.linux;

import org.jspecify.annotations.NullMarked;
