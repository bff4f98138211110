/**
 * Packets at rest and the ports they come and go by.
 *
 * <p><b>Job:</b> batches of slots in preallocated memory, views of IP headers, checksums, prefixes,
 * endpoints, and the interfaces {@link dev.warren.packet.TunPort}, {@link
 * dev.warren.packet.UdpPort} and {@link dev.warren.packet.Doorbell}.
 *
 * <p><b>In:</b> bytes. <b>Out:</b> the same bytes, described.
 *
 * <p><b>May use:</b> nothing but the JDK.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.packet.Batch}.
 */
@NullMarked
package dev.warren.packet;

import org.jspecify.annotations.NullMarked;
