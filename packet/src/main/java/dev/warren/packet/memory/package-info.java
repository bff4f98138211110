/**
 * The ports of {@link dev.warren.packet} in memory, so that whole devices run in a test without a
 * kernel, a clock or a thread of their own.
 *
 * <p><b>Job:</b> a TUN interface as two queues, UDP sockets on a network whose faults a test
 * chooses, and a doorbell made of a monitor. They keep to the ports' contracts at their strictest,
 * for example no headroom where none is promised, so that code that passes here passes on Linux.
 *
 * <p><b>In:</b> packets of a test, and batches. <b>Out:</b> the same.
 *
 * <p><b>May use:</b> {@link dev.warren.packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.packet.memory.MemoryNetwork}.
 */
@NullMarked
package dev.warren.packet.memory;

import org.jspecify.annotations.NullMarked;
