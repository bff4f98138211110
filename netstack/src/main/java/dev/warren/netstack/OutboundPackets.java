package dev.warren.netstack;

import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Puts IP headers into the batch under way outward; the transports pull room for their segments
 * from it and write header and payload there, the checksum included.
 *
 * <p><b>Owner:</b> the device's thread, within one {@code transmit}.
 *
 * <p><b>Source:</b> RFC 791 §3.1, RFC 6864 (the ID of packets that are never fragmented), RFC 8200
 * §3.
 */
@Confined("device")
final class OutboundPackets {
  static final int HOP_LIMIT = 64;

  static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Batch batch = new Batch(1, 256);

  void into(Batch newBatch) {
    batch = newBatch;
  }

  MemorySegment memory() {
    return batch.memory();
  }

  /** How many bytes the IP header takes. */
  static int headerBytes(boolean v6) {
    return v6 ? 40 : 20;
  }

  /** Whether {@link #open} would succeed. */
  boolean hasRoom(boolean v6, int payloadLength) {
    return batch.hasRoom(headerBytes(v6) + payloadLength);
  }

  /**
   * Takes room for one packet (Don't Fragment set) and writes its IP header.
   *
   * @return where the payload goes in {@link #memory}, or -1 when the batch is full
   */
  int open(
      boolean v6,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int protocol,
      int tos,
      int payloadLength) {
    int header = headerBytes(v6);
    int slot = batch.reserve(header + payloadLength);
    if (slot < 0) {
      return -1;
    }
    MemorySegment memory = batch.memory();
    int at = batch.offset(slot);
    if (v6) {
      memory.set(U32, at, 6 << 28 | tos << 20);
      memory.set(U16, at + 4, (short) payloadLength);
      memory.set(ValueLayout.JAVA_BYTE, at + 6, (byte) protocol);
      memory.set(ValueLayout.JAVA_BYTE, at + 7, (byte) HOP_LIMIT);
      memory.set(U64, at + 8, sourceHigh);
      memory.set(U64, at + 16, sourceLow);
      memory.set(U64, at + 24, destinationHigh);
      memory.set(U64, at + 32, destinationLow);
    } else {
      memory.set(U16, at, (short) (0x4500 | tos));
      memory.set(U16, at + 2, (short) (header + payloadLength));
      memory.set(U32, at + 4, 0x4000);
      memory.set(U32, at + 8, HOP_LIMIT << 24 | protocol << 16);
      memory.set(U32, at + 12, (int) sourceLow);
      memory.set(U32, at + 16, (int) destinationLow);
      memory.set(U16, at + 10, (short) Checksum.of(memory, at, header));
    }
    return at + header;
  }

  /** The partial sum of the pseudo header that TCP, UDP and ICMPv6 checksums begin with. */
  static long pseudo(
      boolean v6,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int protocol,
      int length) {
    return v6
        ? Checksum.pseudoV6(
            sourceHigh, sourceLow, destinationHigh, destinationLow, protocol, length)
        : Checksum.pseudoV4((int) sourceLow, (int) destinationLow, protocol, length);
  }
}
