/**
 * Names of the private network.
 *
 * <p><b>Job:</b> asks the name servers of a tunnel, inside the tunnel, which addresses a host has,
 * and remembers what they said. The host's own names ({@code /etc/hosts}, its resolver) are another
 * network's and are not asked.
 *
 * <p><b>In:</b> the name of a host; datagrams and streams of a {@link
 * dev.warren.embed.dns.Transport}, written by whoever answers there. <b>Out:</b> addresses, or an
 * {@code UnknownHostException} that names server and cause.
 *
 * <p><b>May use:</b> the JDK.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.dns.DnsResolver}.
 */
@NullMarked
package dev.warren.embed.dns;

import org.jspecify.annotations.NullMarked;
