/**
 * The stack against the kernel's own TCP/IP, over a TUN interface in a namespace.
 *
 * <h2>Job</h2>
 *
 * Runs a {@code Stack} on one side of a TUN interface, with a relay between that loses, repeats,
 * reorders, delays and corrupts packets by a seed, and plays programs on both sides.
 *
 * <h2>In</h2>
 *
 * A namespace, link faults.
 *
 * <h2>Out</h2>
 *
 * Streams and datagrams to compare.
 *
 * <h2>May use</h2>
 *
 * {@code netstack}, {@code linux}, {@code sim}'s links and observer, {@code host}.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.interop.stack.StackOnTun}.
 */
@NullMarked
package dev.warren.interop.stack;

import org.jspecify.annotations.NullMarked;
