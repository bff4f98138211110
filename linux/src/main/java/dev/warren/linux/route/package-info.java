/**
 * The host's interfaces, addresses, routes and policy rules, read and changed by routing netlink.
 *
 * <p><b>Job:</b> what {@code ip link}, {@code ip address}, {@code ip route} and {@code ip rule} do,
 * as far as a WireGuard interface needs it, without running them or reading their output.
 *
 * <p><b>In:</b> records that say what is wanted. <b>Out:</b> the same records for what is there,
 * and {@link dev.warren.linux.LinuxException} with the kernel's own words for what it refused.
 *
 * <p><b>May use:</b> {@code packet}'s addresses, the C library as this room calls it, and the
 * room's exception and error numbers.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.linux.route.HostNetwork}.
 */
@NullMarked
package dev.warren.linux.route;

import org.jspecify.annotations.NullMarked;
