package dev.warren.netstack;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/**
 * Sends one payload that does not fit a packet in fragments, as far as the batch has room, and the
 * rest with the next.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 791 §3.2; RFC 8200 §4.5; random identifications by RFC 7739 §5.3.
 */
@Confined("device")
final class Fragmenter {
  static final int MAX_PAYLOAD = 65_535;

  private static final int V6_FRAGMENT = 44;
  private static final int V6_FRAGMENT_BYTES = 8;
  private static final int V4_HEADER_BYTES = 20;
  private static final int V4_MORE = 0x2000;

  private final MemorySegment memory = Arena.ofAuto().allocate(MAX_PAYLOAD + 1, 8);
  private final RandomGenerator random;

  private boolean v6;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private int protocol;
  private int tos;
  private int length;
  private int sent;
  private int step;
  private int identification;

  Fragmenter(RandomGenerator random) {
    this.random = random;
  }

  /** Where the payload is to be put, from 0 on, before {@link #begin}; only while not busy. */
  MemorySegment memory() {
    return memory;
  }

  boolean isBusy() {
    return sent < length;
  }

  void begin(
      IpAddress source, IpAddress destination, int newProtocol, int newTos, int bytes, int mtu) {
    begin(
        source.isV6(),
        source.high(),
        source.low(),
        destination.high(),
        destination.low(),
        newProtocol,
        newTos,
        bytes,
        mtu);
  }

  void begin(
      boolean newV6,
      long newSourceHigh,
      long newSourceLow,
      long newDestinationHigh,
      long newDestinationLow,
      int newProtocol,
      int newTos,
      int bytes,
      int mtu) {
    v6 = newV6;
    sourceHigh = newSourceHigh;
    sourceLow = newSourceLow;
    destinationHigh = newDestinationHigh;
    destinationLow = newDestinationLow;
    protocol = newProtocol;
    tos = newTos;
    length = bytes;
    sent = 0;
    int headers = OutboundPackets.headerBytes(v6) + (v6 ? V6_FRAGMENT_BYTES : 0);
    step = Math.max(8, (mtu - headers) & ~7);
    identification = random.nextInt();
  }

  /** Writes fragments; true when the batch is full and some are left. */
  boolean emit(OutboundPackets out) {
    while (sent < length) {
      int bytes = Math.min(step, length - sent);
      if (!(v6 ? emitV6(out, bytes) : emitV4(out, bytes))) {
        return true;
      }
      sent += bytes;
    }
    return false;
  }

  private boolean emitV4(OutboundPackets out, int bytes) {
    int payload = out.open(false, 0, sourceLow, 0, destinationLow, protocol, tos, bytes);
    if (payload < 0) {
      return false;
    }
    MemorySegment packet = out.memory();
    int at = payload - V4_HEADER_BYTES;
    int more = sent + bytes < length ? V4_MORE : 0;
    packet.set(OutboundPackets.U16, at + 4, (short) identification);
    packet.set(OutboundPackets.U16, at + 6, (short) (more | sent >>> 3));
    packet.set(OutboundPackets.U16, at + 10, (short) 0);
    packet.set(OutboundPackets.U16, at + 10, (short) Checksum.of(packet, at, V4_HEADER_BYTES));
    MemorySegment.copy(memory, sent, packet, payload, bytes);
    return true;
  }

  private boolean emitV6(OutboundPackets out, int bytes) {
    int at =
        out.open(
            true,
            sourceHigh,
            sourceLow,
            destinationHigh,
            destinationLow,
            V6_FRAGMENT,
            tos,
            V6_FRAGMENT_BYTES + bytes);
    if (at < 0) {
      return false;
    }
    MemorySegment packet = out.memory();
    packet.set(ValueLayout.JAVA_BYTE, at, (byte) protocol);
    packet.set(ValueLayout.JAVA_BYTE, at + 1, (byte) 0);
    packet.set(OutboundPackets.U16, at + 2, (short) (sent | (sent + bytes < length ? 1 : 0)));
    packet.set(OutboundPackets.U32, at + 4, identification);
    MemorySegment.copy(memory, sent, packet, at + V6_FRAGMENT_BYTES, bytes);
    return true;
  }
}
