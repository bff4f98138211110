/**
 * The other end of the configuration protocol: what asks a running interface, and changes it.
 *
 * <h2>Job</h2>
 *
 * Finds the interfaces of this machine, reads one into an {@link
 * dev.warren.cli.uapi.InterfaceState}, and sends changes. Any user-space WireGuard will do,
 * wireguard-go as well as Warren.
 *
 * <h2>In</h2>
 *
 * Names of interfaces; the sockets in {@code /var/run/wireguard}.
 *
 * <h2>Out</h2>
 *
 * States, and {@link dev.warren.cli.uapi.UapiException}s in the words of the C library.
 *
 * <h2>May use</h2>
 *
 * {@code crypto}'s texts of keys, {@code packet}'s addresses; of the JDK what starts quickly: no
 * FFM, no lambda, no stream, no formatter and no regular expression, since a `wg show` lives for
 * less than 100 ms.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.uapi.UapiSockets}.
 */
@NullMarked
package dev.warren.cli.uapi;

import org.jspecify.annotations.NullMarked;
