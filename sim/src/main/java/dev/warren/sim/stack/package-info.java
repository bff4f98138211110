/**
 * Userspace TCP/IP stacks on a virtual clock, on links with faults, watched by a stranger's eye.
 *
 * <p><b>Job:</b> carry packets between stacks and lose, repeat, reorder, corrupt and refuse them as
 * a seed says; read every packet independently of the stack's own code and object to what breaks
 * the rules of the wire.
 *
 * <p><b>In:</b> a seed, stacks, conditions. <b>Out:</b> packets, complaints.
 *
 * <p><b>May use:</b> {@code netstack}, {@code packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.sim.stack.StackWorld}.
 */
@NullMarked
package dev.warren.sim.stack;

import org.jspecify.annotations.NullMarked;
