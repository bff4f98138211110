/**
 * The hosts of the host tests: network namespaces on this machine, and the programs run in them.
 *
 * <h2>Job</h2>
 *
 * Lays out namespaces joined by veth, starts WireGuard daemons in them, drives the real {@code wg},
 * {@code ping}, {@code iperf3}, {@code tcpdump} and {@code nft}, and reads what they print. Takes
 * everything down again.
 *
 * <h2>In</h2>
 *
 * What a scenario asks for; programs of Debian packages, found by name.
 *
 * <h2>Out</h2>
 *
 * Plain records of what was seen; what to expect is the scenarios' own business.
 *
 * <h2>May use</h2>
 *
 * The JDK alone, so that the speed bed works without a test framework.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.interop.host.Namespace}, then {@link dev.warren.interop.host.Daemon}.
 */
@NullMarked
package dev.warren.interop.host;

import org.jspecify.annotations.NullMarked;
