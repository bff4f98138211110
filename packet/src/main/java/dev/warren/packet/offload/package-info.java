/**
 * Super-packets: what the kernel hands over, or takes, as one packet and the wire carries as many.
 *
 * <p><b>Job:</b> the header that describes a super-packet ({@link
 * dev.warren.packet.offload.VirtioHeader}), its split into packets ({@link
 * dev.warren.packet.offload.Segmentation}), and the search for packets that make one ({@link
 * dev.warren.packet.offload.Coalescing}).
 *
 * <p><b>In:</b> super-packets with their headers; batches of plain packets. <b>Out:</b> the other
 * of the two.
 *
 * <p><b>May use:</b> {@code packet}. No input or output here: the ports call the kernel.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.packet.offload.VirtioHeader}.
 */
@NullMarked
package dev.warren.packet.offload;

import org.jspecify.annotations.NullMarked;
