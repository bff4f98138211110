/**
 * Whole devices in a world of their own: a virtual clock, a network with faults, one seed.
 *
 * <p><b>Job:</b> step engines with in-memory ports through virtual hours in no time, lose, repeat
 * and reorder their datagrams as a seed says, make traffic and check what becomes of it, and keep
 * all that was seen on the wire.
 *
 * <p><b>In:</b> a seed, hosts, conditions of the network, packets. <b>Out:</b> packets that
 * arrived, datagrams that were seen.
 *
 * <p><b>May use:</b> every room.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.sim.World}.
 */
@NullMarked
package dev.warren.sim;

import org.jspecify.annotations.NullMarked;
