package dev.warren.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads the headers of IP packets where they lie, and knows what a tunnel does to their ECN field.
 *
 * <p><b>Shape:</b> big-endian, offsets from the packet's first byte:
 *
 * <pre>
 * IPv4 (RFC 791 §3.1)                       IPv6 (RFC 8200 §3)
 *  0  version (4 bits), header length / 4    0  version (4), traffic class (8), flow label (20)
 *  1  type of service: DSCP (6), ECN (2)     4  payload length, 2 bytes
 *  2  total length, 2 bytes                  6  next header
 *  6  flags (3), fragment offset / 8 (13)    7  hop limit
 *  9  protocol                               8  source, 16 bytes
 * 10  header checksum, 2 bytes              24  destination, 16 bytes
 * 12  source, 4 bytes                       40
 * 16  destination, 4 bytes
 * 20  options
 * </pre>
 *
 * <p><b>Owner:</b> any thread; no state. Accessors trust that the bytes are there: check with
 * {@link #trimmedLength} first.
 *
 * <p><b>Errors:</b> negative codes; nothing throws for what a packet holds.
 *
 * <p><b>Source:</b> RFC 791, RFC 8200, RFC 6040 (ECN in tunnels).
 */
public final class IpPacket {
  /** The length of an IPv4 header without options. */
  public static final int V4_HEADER_LENGTH = 20;

  /** The length of an IPv6 header. */
  public static final int V6_HEADER_LENGTH = 40;

  /** Answer of {@link #trimmedLength}: neither IPv4 nor IPv6. */
  public static final int BAD_VERSION = -1;

  /** Answer of {@link #trimmedLength}: shorter than it says, or than its header. */
  public static final int BAD_LENGTH = -2;

  /** ECN field: not ECN-capable transport. */
  public static final int NOT_ECT = 0;

  /** ECN field: ECN-capable transport, codepoint 1. */
  public static final int ECT_1 = 1;

  /** ECN field: ECN-capable transport, codepoint 0. */
  public static final int ECT_0 = 2;

  /** ECN field: congestion experienced. */
  public static final int CE = 3;

  private static final int ECN_MASK = 3;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT_BE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int V4_TOS = 1;
  private static final int V4_TOTAL_LENGTH = 2;
  private static final int V4_FRAGMENT = 6;
  private static final int V4_PROTOCOL = 9;
  private static final int V4_CHECKSUM = 10;
  private static final int V4_SOURCE = 12;
  private static final int V4_DESTINATION = 16;
  private static final int V6_PAYLOAD_LENGTH = 4;
  private static final int V6_NEXT_HEADER = 6;
  private static final int V6_SOURCE = 8;
  private static final int V6_DESTINATION = 24;

  private IpPacket() {}

  /** The version field: 4, 6, or what else stands there. */
  public static int version(MemorySegment memory, long offset) {
    return unsignedByte(memory, offset) >>> 4;
  }

  /**
   * The packet's length by its own header, without what was padded behind it.
   *
   * <p>Options and extension headers are not looked at. The IPv4 header checksum is the business of
   * whoever takes the packet next.
   *
   * @param available how many bytes there are from {@code offset} on
   * @return the length, {@link #BAD_VERSION} or {@link #BAD_LENGTH}
   */
  public static int trimmedLength(MemorySegment memory, long offset, int available) {
    if (available < 1) {
      return BAD_LENGTH;
    }
    int version = version(memory, offset);
    if (version == 4) {
      if (available < V4_HEADER_LENGTH) {
        return BAD_LENGTH;
      }
      int headerLength = v4HeaderLength(memory, offset);
      int total = v4TotalLength(memory, offset);
      boolean fits = headerLength >= V4_HEADER_LENGTH && total >= headerLength;
      return fits && total <= available ? total : BAD_LENGTH;
    }
    if (version == 6) {
      if (available < V6_HEADER_LENGTH) {
        return BAD_LENGTH;
      }
      // An int holds the sum: 16 bits would wrap at 65496 and let a short packet pass for a long.
      int total = v6PayloadLength(memory, offset) + V6_HEADER_LENGTH;
      return total <= available ? total : BAD_LENGTH;
    }
    return BAD_VERSION;
  }

  /** The length of an IPv4 header with its options in bytes. */
  public static int v4HeaderLength(MemorySegment memory, long offset) {
    return (unsignedByte(memory, offset) & 0xf) << 2;
  }

  /** The total length field of an IPv4 packet in bytes. */
  public static int v4TotalLength(MemorySegment memory, long offset) {
    return unsignedShort(memory, offset + V4_TOTAL_LENGTH);
  }

  /** The TOS byte of an IPv4 packet. */
  public static int v4Tos(MemorySegment memory, long offset) {
    return unsignedByte(memory, offset + V4_TOS);
  }

  /** Where an IPv4 fragment belongs, in bytes; 0 for a whole packet or a first fragment. */
  public static int v4FragmentOffset(MemorySegment memory, long offset) {
    return (unsignedShort(memory, offset + V4_FRAGMENT) & 0x1fff) << 3;
  }

  /** The protocol of an IPv4 packet's payload. */
  public static int v4Protocol(MemorySegment memory, long offset) {
    return unsignedByte(memory, offset + V4_PROTOCOL);
  }

  /** The header checksum field of an IPv4 packet. */
  public static int v4HeaderChecksum(MemorySegment memory, long offset) {
    return unsignedShort(memory, offset + V4_CHECKSUM);
  }

  /** The source of an IPv4 packet. */
  public static int v4Source(MemorySegment memory, long offset) {
    return memory.get(INT_BE, offset + V4_SOURCE);
  }

  /** The destination of an IPv4 packet. */
  public static int v4Destination(MemorySegment memory, long offset) {
    return memory.get(INT_BE, offset + V4_DESTINATION);
  }

  /** The payload length field of an IPv6 packet in bytes. */
  public static int v6PayloadLength(MemorySegment memory, long offset) {
    return unsignedShort(memory, offset + V6_PAYLOAD_LENGTH);
  }

  /** The traffic class of an IPv6 packet. */
  public static int v6TrafficClass(MemorySegment memory, long offset) {
    return unsignedShort(memory, offset) >>> 4 & 0xff;
  }

  /** The next header field of an IPv6 packet. */
  public static int v6NextHeader(MemorySegment memory, long offset) {
    return unsignedByte(memory, offset + V6_NEXT_HEADER);
  }

  /** The upper half of an IPv6 packet's source. */
  public static long v6SourceHigh(MemorySegment memory, long offset) {
    return memory.get(LONG_BE, offset + V6_SOURCE);
  }

  /** The lower half of an IPv6 packet's source. */
  public static long v6SourceLow(MemorySegment memory, long offset) {
    return memory.get(LONG_BE, offset + V6_SOURCE + 8);
  }

  /** The upper half of an IPv6 packet's destination. */
  public static long v6DestinationHigh(MemorySegment memory, long offset) {
    return memory.get(LONG_BE, offset + V6_DESTINATION);
  }

  /** The lower half of an IPv6 packet's destination. */
  public static long v6DestinationLow(MemorySegment memory, long offset) {
    return memory.get(LONG_BE, offset + V6_DESTINATION + 8);
  }

  /** The TOS or traffic class byte of a packet of either version. */
  public static int tos(MemorySegment memory, long offset) {
    return version(memory, offset) == 4 ? v4Tos(memory, offset) : v6TrafficClass(memory, offset);
  }

  /** The ECN field within a TOS or traffic class byte. */
  public static int ecn(int tos) {
    return tos & ECN_MASK;
  }

  /**
   * The outer TOS byte for an inner packet with this TOS byte: DSCP 0, the ECN field copied (RFC
   * 6040 §4.1, normal mode).
   *
   * <p>Linux resets an inner CE to ECT(0) outside, the older rule of RFC 3168. The far end computes
   * the same inner field from either; copying also lets routers on the way see the congestion.
   */
  public static int encapsulateTos(int innerTos) {
    return ecn(innerTos);
  }

  /**
   * The inner ECN field after decapsulation (RFC 6040 §4.2, figure 4), or -1 when the packet must
   * be dropped: a router marked congestion on a flow that cannot hear of it.
   */
  public static int decapsulateEcn(int innerEcn, int outerEcn) {
    if (innerEcn == NOT_ECT) {
      return outerEcn == CE ? -1 : NOT_ECT;
    }
    if (innerEcn == CE || outerEcn == CE) {
      return CE;
    }
    return innerEcn == ECT_0 && outerEcn == ECT_1 ? ECT_1 : innerEcn;
  }

  /**
   * Applies the outer header's ECN field to a packet that came out of the tunnel, as {@link
   * #decapsulateEcn} says, and keeps the IPv4 header checksum right.
   *
   * @return false when the packet must be dropped
   */
  public static boolean decapsulate(MemorySegment memory, long offset, int outerTos) {
    int outer = ecn(outerTos);
    if (outer == NOT_ECT || outer == ECT_0) {
      return true; // changes no inner field
    }
    int inner = ecn(tos(memory, offset));
    int result = decapsulateEcn(inner, outer);
    if (result >= 0 && result != inner) {
      setEcn(memory, offset, result);
    }
    return result >= 0;
  }

  /** Sets the ECN field of a packet of either version, and keeps the IPv4 header checksum right. */
  public static void setEcn(MemorySegment memory, long offset, int ecn) {
    int first = unsignedShort(memory, offset);
    if (first >>> 12 == 4) {
      int changed = (first & ~ECN_MASK) | ecn;
      int checksum = Checksum.update(v4HeaderChecksum(memory, offset), first, changed);
      memory.set(SHORT_BE, offset, (short) changed);
      memory.set(SHORT_BE, offset + V4_CHECKSUM, (short) checksum);
    } else {
      memory.set(SHORT_BE, offset, (short) ((first & ~(ECN_MASK << 4)) | (ecn << 4)));
    }
  }

  private static int unsignedByte(MemorySegment memory, long offset) {
    return memory.get(BYTE, offset) & 0xff;
  }

  private static int unsignedShort(MemorySegment memory, long offset) {
    return memory.get(SHORT_BE, offset) & 0xffff;
  }
}
