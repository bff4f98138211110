/**
 * Proxies and forwards between two networks: a tunnel's and the host's own.
 *
 * <p><b>Job:</b> serves what a proxy's file asks for: SOCKS 5, HTTP, TCP and UDP ports both ways.
 *
 * <p><b>In:</b> a {@link dev.warren.config.proxy.ProxyFile}'s services, two {@link
 * dev.warren.embed.Network}s. <b>Out:</b> sockets that are served; counters; captured packets.
 *
 * <p><b>May use:</b> {@code config.proxy}, {@code embed}, and the packages below.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.proxy.ProxyHouse}.
 */
@NullMarked
package dev.warren.embed.proxy;

import org.jspecify.annotations.NullMarked;
