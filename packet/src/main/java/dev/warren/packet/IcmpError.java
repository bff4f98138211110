package dev.warren.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Tells the sender of an inner packet what became of it: that there is no way to its destination
 * (ICMP host unreachable, type 3, code 1; ICMPv6 address unreachable, type 1, code 3), or what a
 * host says.
 *
 * <p>The error comes from the address that the packet was sent to. A device does not know addresses
 * of its own interface, and this one passes the host's reverse path filter for certain: the packet
 * was routed into this interface, so the way back to its destination leads out of it.
 *
 * <p><b>Shape:</b> an IP header without options, an ICMP header of 8 bytes, and as much of the
 * packet as fits 576 (IPv4) or 1280 bytes (IPv6) in all, so that the error needs no fragments.
 *
 * <p><b>Owner:</b> any thread; no state, nothing is allocated.
 *
 * <p><b>Errors:</b> 0 where no error may be sent, which is no fault: answers to errors, to groups
 * and to what names no single sender would make storms.
 *
 * <p><b>Source:</b> RFC 792, RFC 1122 §3.2.2, RFC 1812 §4.3.2; RFC 4443 §2.4 and §3.1; the kernel's
 * WireGuard, which sends the same two errors.
 */
public final class IcmpError {
  /** The most bytes that {@link #unreachable} writes. */
  public static final int MAX_LENGTH = 1280;

  private static final int V4_MAX_LENGTH = 576;
  private static final int ICMP_HEADER_LENGTH = 8;
  private static final int TTL = 64;
  private static final int TOS_INTERNETWORK_CONTROL = 0xc0; // RFC 1812 §4.3.2.5
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE_THAN_FIRST_FRAGMENT = 0xfff8;

  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int HOST_UNREACHABLE = 0x0301;
  private static final int ADDRESS_UNREACHABLE = 0x0103;
  private static final int FIRST_V6_INFORMATIONAL = 128;
  private static final int V6_REDIRECT = 137;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION_OPTIONS = 60;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT_BE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private IcmpError() {}

  /**
   * Writes the error that answers a packet.
   *
   * @param length the packet's length as {@link IpPacket#trimmedLength} gave it
   * @param out where to write; {@link #MAX_LENGTH} bytes from {@code outOffset} on are enough, and
   *     they must not overlap the packet
   * @return the error's length, or 0 when this packet gets none
   */
  public static int unreachable(
      MemorySegment packet, long offset, int length, MemorySegment out, long outOffset) {
    boolean v4 = IpPacket.version(packet, offset) == 4;
    return write(
        v4 ? HOST_UNREACHABLE : ADDRESS_UNREACHABLE, 0, packet, offset, length, out, outOffset);
  }

  /**
   * Writes any error that answers a packet, where the packet may be answered at all.
   *
   * @param typeAndCode the two bytes as one number, of the packet's family
   * @param word the second word: a pointer, an MTU, or 0
   * @param length how much of the packet is there to be quoted
   * @param out as for {@link #unreachable}
   * @return the error's length, or 0 when this packet gets none
   */
  public static int write(
      int typeAndCode,
      int word,
      MemorySegment packet,
      long offset,
      int length,
      MemorySegment out,
      long outOffset) {
    if (IpPacket.version(packet, offset) == 4) {
      return mayAnswerV4(packet, offset, length)
          ? writeV4(typeAndCode, word, packet, offset, length, out, outOffset)
          : 0;
    }
    return mayAnswerV6(packet, offset, length)
        ? writeV6(typeAndCode, word, packet, offset, length, out, outOffset)
        : 0;
  }

  private static boolean mayAnswerV4(MemorySegment packet, long offset, int length) {
    int source = IpPacket.v4Source(packet, offset);
    int destination = IpPacket.v4Destination(packet, offset);
    // First octets: 0 this network, 127 loopback, 224.. groups, 240.. reserved and broadcast.
    int sourceNet = source >>> 24;
    if (sourceNet == 0 || sourceNet == 127 || sourceNet >= 224 || destination >>> 28 == 14) {
      return false;
    }
    if (destination == -1 || IpPacket.v4FragmentOffset(packet, offset) != 0) {
      return false;
    }
    if (IpPacket.v4Protocol(packet, offset) != ICMP) {
      return true;
    }
    int headerLength = IpPacket.v4HeaderLength(packet, offset);
    return length > headerLength && isQueryV4(packet.get(BYTE, offset + headerLength));
  }

  /** Whether a type is a request or an answer; errors, redirects and unknown types are not. */
  private static boolean isQueryV4(int type) {
    return switch (type) {
      case 0, 8, 9, 10, 13, 14, 15, 16, 17, 18 -> true;
      default -> false;
    };
  }

  private static boolean mayAnswerV6(MemorySegment packet, long offset, int length) {
    long sourceHigh = IpPacket.v6SourceHigh(packet, offset);
    long sourceLow = IpPacket.v6SourceLow(packet, offset);
    boolean sourceIsLocal = sourceHigh == 0 && (sourceLow == 0 || sourceLow == 1);
    if (sourceIsLocal || isGroupV6(sourceHigh)) {
      return false;
    }
    if (isGroupV6(IpPacket.v6DestinationHigh(packet, offset))) {
      return false;
    }
    return mayAnswerPayloadV6(packet, offset, length);
  }

  private static boolean isGroupV6(long high) {
    return high >>> 56 == 0xff;
  }

  /** Walks the extension headers; what is cut short or unclear gets no answer. */
  private static boolean mayAnswerPayloadV6(MemorySegment packet, long offset, int length) {
    int next = IpPacket.v6NextHeader(packet, offset);
    long at = offset + IpPacket.V6_HEADER_LENGTH;
    long end = offset + length;
    while (true) {
      switch (next) {
        case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS -> {
          // Every turn moves on by 8 bytes or more, so the packet's length bounds the loop.
          if (at + 8 > end) {
            return false;
          }
          if (next == FRAGMENT && (packet.get(SHORT_BE, at + 2) & MORE_THAN_FIRST_FRAGMENT) != 0) {
            return false;
          }
          int units = packet.get(BYTE, at + 1) & 0xff;
          int size =
              switch (next) {
                case FRAGMENT -> 8;
                case AUTHENTICATION -> Math.max(8, (units + 2) * 4);
                default -> (units + 1) * 8;
              };
          next = packet.get(BYTE, at) & 0xff;
          at += size;
        }
        case ICMPV6 -> {
          int type = at < end ? packet.get(BYTE, at) & 0xff : 0;
          return type >= FIRST_V6_INFORMATIONAL && type != V6_REDIRECT;
        }
        default -> {
          return true;
        }
      }
    }
  }

  private static int writeV4(
      int typeAndCode,
      int word,
      MemorySegment packet,
      long offset,
      int length,
      MemorySegment out,
      long at) {
    int headers = IpPacket.V4_HEADER_LENGTH + ICMP_HEADER_LENGTH;
    int quoted = Math.min(length, V4_MAX_LENGTH - headers);
    int total = headers + quoted;
    out.set(SHORT_BE, at, (short) (0x4500 | TOS_INTERNETWORK_CONTROL));
    out.set(SHORT_BE, at + 2, (short) total);
    out.set(INT_BE, at + 4, DONT_FRAGMENT); // identification 0: an atomic datagram, RFC 6864
    out.set(INT_BE, at + 8, TTL << 24 | ICMP << 16);
    out.set(INT_BE, at + 12, IpPacket.v4Destination(packet, offset));
    out.set(INT_BE, at + 16, IpPacket.v4Source(packet, offset));
    out.set(SHORT_BE, at + 10, (short) Checksum.of(out, at, IpPacket.V4_HEADER_LENGTH));
    long icmp = at + IpPacket.V4_HEADER_LENGTH;
    out.set(INT_BE, icmp, typeAndCode << 16);
    out.set(INT_BE, icmp + 4, word);
    MemorySegment.copy(packet, offset, out, at + headers, quoted);
    out.set(SHORT_BE, icmp + 2, (short) Checksum.of(out, icmp, ICMP_HEADER_LENGTH + quoted));
    return total;
  }

  private static int writeV6(
      int typeAndCode,
      int word,
      MemorySegment packet,
      long offset,
      int length,
      MemorySegment out,
      long at) {
    int headers = IpPacket.V6_HEADER_LENGTH + ICMP_HEADER_LENGTH;
    int quoted = Math.min(length, MAX_LENGTH - headers);
    int payload = ICMP_HEADER_LENGTH + quoted;
    long sourceHigh = IpPacket.v6DestinationHigh(packet, offset);
    long sourceLow = IpPacket.v6DestinationLow(packet, offset);
    long destinationHigh = IpPacket.v6SourceHigh(packet, offset);
    long destinationLow = IpPacket.v6SourceLow(packet, offset);
    out.set(INT_BE, at, 6 << 28);
    out.set(INT_BE, at + 4, payload << 16 | ICMPV6 << 8 | TTL);
    out.set(LONG_BE, at + 8, sourceHigh);
    out.set(LONG_BE, at + 16, sourceLow);
    out.set(LONG_BE, at + 24, destinationHigh);
    out.set(LONG_BE, at + 32, destinationLow);
    long icmp = at + IpPacket.V6_HEADER_LENGTH;
    out.set(INT_BE, icmp, typeAndCode << 16);
    out.set(INT_BE, icmp + 4, word);
    MemorySegment.copy(packet, offset, out, at + headers, quoted);
    long pseudo =
        Checksum.pseudoV6(sourceHigh, sourceLow, destinationHigh, destinationLow, ICMPV6, payload);
    int checksum = Checksum.finish(pseudo + Checksum.partial(out, icmp, payload));
    out.set(SHORT_BE, icmp + 2, (short) checksum);
    return headers + quoted;
  }
}
