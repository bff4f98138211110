/**
 * Ports that lead to a host.
 *
 * <p><b>Job:</b> passes on what comes to a TCP or UDP port, or to standard input, to one host in
 * another network; TLS to the host that its first message names.
 *
 * <p><b>In:</b> connections and datagrams of one network. <b>Out:</b> those of another.
 *
 * <p><b>May use:</b> {@code embed.proxy.relay}, {@code embed} for its networks.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.proxy.forward.TcpForward}.
 */
@NullMarked
package dev.warren.embed.proxy.forward;

import org.jspecify.annotations.NullMarked;
