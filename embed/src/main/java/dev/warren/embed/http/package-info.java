/**
 * The way into a tunnel for {@code java.net.http.HttpClient}, which takes no sockets but a proxy.
 *
 * <p><b>Job:</b> an HTTP proxy on the loopback address, for this program alone, and a {@code
 * ProxySelector} that sends to it what belongs into the tunnel.
 *
 * <p><b>In:</b> requests of this program's HTTP clients, and of whoever else on this machine tries.
 * <b>Out:</b> connections inside the tunnel; refusals, each with its status.
 *
 * <p><b>May use:</b> {@code embed.dns} and the JDK.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.http.TunnelProxySelector}.
 */
@NullMarked
package dev.warren.embed.http;

import org.jspecify.annotations.NullMarked;
