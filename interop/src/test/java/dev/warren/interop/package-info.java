/**
 * Warren against other WireGuards, on hosts that are network namespaces of this machine.
 *
 * <h2>Job</h2>
 *
 * One class per subject (traffic, keepalive, roaming, the tools, ...), each scenario run for every
 * {@link dev.warren.interop.Pairing} of implementations.
 *
 * <h2>In</h2>
 *
 * {@code ./warren}, Debian's {@code wireguard-go} and {@code wireguard-tools}; root.
 *
 * <h2>Out</h2>
 *
 * Verdicts alone. Nothing here is shipped.
 *
 * <h2>May use</h2>
 *
 * {@link dev.warren.interop.host}, JUnit. Warren itself only as a child process.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.interop.Link}, then {@link dev.warren.interop.TrafficTest}.
 */
@NullMarked
package dev.warren.interop;

import org.jspecify.annotations.NullMarked;
