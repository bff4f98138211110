package dev.warren.netstack;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads the IP headers of what comes in, down to the transport: checks them, refuses what no host
 * may take, and lets fragments be put together.
 *
 * <p><b>Owner:</b> the device's thread. {@link #packet} and what {@link #answer} quotes are those
 * of the last {@link #read}.
 *
 * <p><b>Errors:</b> a {@link Fate}; what the sender is to hear of it goes to {@link Replies}.
 *
 * <p><b>Source:</b> RFC 791 §3.1; RFC 1122 §3.2.1.3 (sources), §3.2.1.8 (options); RFC 8200 §4; RFC
 * 5095 (routing type 0); RFC 6946 (atomic fragments); RFC 7112 (whole header chains first); RFC
 * 8504 §5.3 (limits of extension headers).
 */
@Confined("device")
final class IpInput {
  private static final int MAX_EXTENSIONS = 8;
  private static final int MAX_OPTIONS = 16;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int NO_NEXT_HEADER = 59;
  private static final int DESTINATION_OPTIONS = 60;

  private static final int PROBLEM_FIELD = 0x0400;
  private static final int PROBLEM_NEXT_HEADER = 0x0401;
  private static final int PROBLEM_OPTION = 0x0402;
  private static final int PROBLEM_FIRST_FRAGMENT = 0x0403;
  private static final int V4_PROTOCOL_UNREACHABLE = 0x0302;

  private static final int V4_LOOSE_ROUTE = 131;
  private static final int V4_STRICT_ROUTE = 137;
  private static final int V4_MAX_PAYLOAD = 65_515;

  final InboundPacket packet = new InboundPacket();

  private final OwnAddresses own;
  private final Reassembly reassembly;
  private final Replies replies;

  private long nowNanos;
  private int packetAt;
  private int packetLength;

  /** Where the header's number of the payload's protocol stands, from the packet's begin. */
  private int protocolAt;

  private boolean reassembled;

  IpInput(OwnAddresses own, Reassembly reassembly, Replies replies) {
    this.own = own;
    this.reassembly = reassembly;
    this.replies = replies;
  }

  /**
   * Reads a packet.
   *
   * @param local whether it comes from this host itself
   * @return {@link Fate#DELIVERED} when {@link #packet} is for a transport
   */
  Fate read(MemorySegment memory, int offset, int length, boolean local, long now) {
    int trimmed = IpPacket.trimmedLength(memory, offset, length);
    if (trimmed < 0) {
      return Fate.MALFORMED;
    }
    nowNanos = now;
    packetAt = offset;
    packetLength = trimmed;
    reassembled = false;
    packet.memory = memory;
    return IpPacket.version(memory, offset) == 4
        ? readV4(memory, offset, trimmed, local)
        : readV6(memory, offset, trimmed, local);
  }

  /** Answers the packet with an ICMP error; what it quotes of a packet from fragments is little. */
  void answer(int typeAndCode, int word) {
    if (reassembled) {
      if (typeAndCode >>> 8 == PROBLEM_FIELD >>> 8) {
        return; // no pointer into the whole packet means anything to the sender
      }
      MemorySegment quote = reassembly.quote();
      if (quote.byteSize() > 0) {
        replies.error(typeAndCode, word, quote, 0, (int) quote.byteSize(), nowNanos);
      }
      return;
    }
    replies.error(typeAndCode, word, packet.memory, packetAt, packetLength, nowNanos);
  }

  /** Says that the packet's protocol is not spoken here. */
  void answerUnknownProtocol() {
    if (packet.v6) {
      answer(PROBLEM_NEXT_HEADER, protocolAt);
    } else {
      answer(V4_PROTOCOL_UNREACHABLE, 0);
    }
  }

  private Fate readV4(MemorySegment memory, int at, int length, boolean local) {
    int header = IpPacket.v4HeaderLength(memory, at);
    if (Checksum.of(memory, at, header) != 0) {
      return Fate.BAD_HEADER_CHECKSUM;
    }
    int destination = IpPacket.v4Destination(memory, at);
    if (!own.hasV4(destination)) {
      return Fate.NOT_OURS;
    }
    int source = IpPacket.v4Source(memory, at);
    int net = source >>> 24;
    if (net == 0 || net == 127 || net >= 224 || (!local && own.hasV4(source))) {
      return Fate.BAD_SOURCE;
    }
    if (header > IpPacket.V4_HEADER_LENGTH
        && !areOptionsFine(memory, at + IpPacket.V4_HEADER_LENGTH, at + header)) {
      return Fate.BAD_OPTIONS;
    }
    InboundPacket p = packet;
    p.v6 = false;
    p.sourceHigh = 0;
    p.sourceLow = source & 0xffffffffL;
    p.destinationHigh = 0;
    p.destinationLow = destination & 0xffffffffL;
    p.protocol = IpPacket.v4Protocol(memory, at);
    p.hopLimit = memory.get(ValueLayout.JAVA_BYTE, at + 8) & 0xff;
    p.tos = IpPacket.v4Tos(memory, at);
    p.payload = at + header;
    p.payloadLength = length - header;
    int fragment = u16(memory, at + 6);
    boolean more = (fragment & 0x2000) != 0;
    int fragmentAt = (fragment & 0x1fff) << 3;
    if (!more && fragmentAt == 0) {
      return Fate.DELIVERED;
    }
    boolean uneven = more && (p.payloadLength & 7) != 0;
    if (uneven || p.payloadLength == 0 || fragmentAt + p.payloadLength > V4_MAX_PAYLOAD) {
      return Fate.BAD_FRAGMENT;
    }
    Fate fate = reassembly.add(p, u16(memory, at + 4), fragmentAt, more, at, nowNanos);
    reassembled = fate == Fate.DELIVERED;
    return fate;
  }

  /** Source routes are refused, all others passed over. */
  private static boolean areOptionsFine(MemorySegment memory, int begin, int end) {
    int at = begin;
    while (at < end) {
      int type = u8(memory, at);
      if (type == 0) {
        return true;
      }
      if (type == 1) {
        at++;
        continue;
      }
      if (type == V4_LOOSE_ROUTE || type == V4_STRICT_ROUTE || at + 1 >= end) {
        return false;
      }
      int length = u8(memory, at + 1);
      if (length < 2 || at + length > end) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private Fate readV6(MemorySegment memory, int at, int length, boolean local) {
    InboundPacket p = packet;
    p.v6 = true;
    p.destinationHigh = IpPacket.v6DestinationHigh(memory, at);
    p.destinationLow = IpPacket.v6DestinationLow(memory, at);
    if (!own.hasV6(p.destinationHigh, p.destinationLow)) {
      return Fate.NOT_OURS;
    }
    p.sourceHigh = IpPacket.v6SourceHigh(memory, at);
    p.sourceLow = IpPacket.v6SourceLow(memory, at);
    if (isNobodyV6(p.sourceHigh, p.sourceLow) || (!local && own.hasV6(p.sourceHigh, p.sourceLow))) {
      return Fate.BAD_SOURCE;
    }
    p.protocol = IpPacket.v6NextHeader(memory, at);
    p.hopLimit = u8(memory, at + 7);
    p.tos = IpPacket.v6TrafficClass(memory, at);
    p.payload = at + IpPacket.V6_HEADER_LENGTH;
    p.payloadLength = length - IpPacket.V6_HEADER_LENGTH;
    protocolAt = 6;
    return walk();
  }

  /** Unspecified, loopback, IPv4 within IPv6, or a group. */
  private static boolean isNobodyV6(long high, long low) {
    return (high == 0 && (low == 0 || low == 1 || low >>> 32 == 0xffff)) || high >>> 56 == 0xff;
  }

  /** Goes through the extension headers; every turn takes 8 bytes or more from the payload. */
  private Fate walk() {
    InboundPacket p = packet;
    for (int turn = 0; ; turn++) {
      int type = p.protocol;
      boolean extension =
          type == HOP_BY_HOP || type == ROUTING || type == FRAGMENT || type == DESTINATION_OPTIONS;
      if (!extension) {
        return type == NO_NEXT_HEADER ? Fate.UNKNOWN_PROTOCOL : Fate.DELIVERED;
      }
      if (turn >= MAX_EXTENSIONS || p.payloadLength < 8) {
        return Fate.BAD_EXTENSION;
      }
      int size = type == FRAGMENT ? 8 : (u8(p.memory, p.payload + 1) + 1) << 3;
      if (size > p.payloadLength) {
        return Fate.BAD_EXTENSION;
      }
      Fate fate =
          switch (type) {
            case HOP_BY_HOP -> turn == 0 && !reassembled ? options(size) : misplaced();
            case DESTINATION_OPTIONS -> options(size);
            case ROUTING -> routing();
            default -> fragment();
          };
      if (fate != Fate.DELIVERED) {
        return fate;
      }
      if (type != FRAGMENT || !reassembled) {
        enter(size);
      }
    }
  }

  /** Goes on to the header behind this one. */
  private void enter(int size) {
    InboundPacket p = packet;
    p.protocol = u8(p.memory, p.payload);
    protocolAt = p.payload - packetAt;
    p.payload += size;
    p.payloadLength -= size;
  }

  private Fate misplaced() {
    answer(PROBLEM_NEXT_HEADER, protocolAt);
    return Fate.BAD_EXTENSION;
  }

  /** What to do about an unknown option stands in its number's upper two bits. */
  private Fate options(int size) {
    MemorySegment memory = packet.memory;
    int at = packet.payload + 2;
    int end = packet.payload + size;
    for (int seen = 0; at < end; seen++) {
      int type = u8(memory, at);
      if (type == 0) {
        at++;
        continue;
      }
      if (at + 1 >= end || at + 2 + u8(memory, at + 1) > end || seen >= MAX_OPTIONS) {
        return Fate.BAD_EXTENSION;
      }
      if (type != 1 && type >>> 6 != 0) {
        if (type >>> 6 != 1) {
          answer(PROBLEM_OPTION, at - packetAt);
        }
        return Fate.BAD_EXTENSION;
      }
      at += 2 + u8(memory, at + 1);
    }
    return Fate.DELIVERED;
  }

  /** No routing header is known here: with segments left it is refused, type 0 as any. */
  private Fate routing() {
    if (u8(packet.memory, packet.payload + 3) == 0) {
      return Fate.DELIVERED;
    }
    answer(PROBLEM_FIELD, packet.payload + 2 - packetAt);
    return Fate.BAD_EXTENSION;
  }

  private Fate fragment() {
    InboundPacket p = packet;
    if (reassembled) {
      return Fate.BAD_EXTENSION; // fragments of fragments
    }
    int word = u16(p.memory, p.payload + 2);
    boolean more = (word & 1) != 0;
    int at = word & 0xfff8;
    if (!more && at == 0) {
      return Fate.DELIVERED; // the only one: nothing to wait for, whatever else waits
    }
    int identification = p.memory.get(OutboundPackets.U32, p.payload + 4);
    int length = p.payloadLength - 8;
    if (more && (length & 7) != 0) {
      answer(PROBLEM_FIELD, 4);
      return Fate.BAD_FRAGMENT;
    }
    if (length == 0 || at + length > FragmentedPacket.MAX_BYTES) {
      answer(PROBLEM_FIELD, p.payload + 2 - packetAt);
      return Fate.BAD_FRAGMENT;
    }
    int next = u8(p.memory, p.payload);
    if (at == 0 && length < 8 && next != NO_NEXT_HEADER) {
      answer(PROBLEM_FIRST_FRAGMENT, 0);
      return Fate.BAD_FRAGMENT;
    }
    p.protocol = next;
    p.payload += 8;
    p.payloadLength = length;
    Fate fate = reassembly.add(p, identification, at, more, packetAt, nowNanos);
    reassembled = fate == Fate.DELIVERED;
    return fate;
  }

  private static int u8(MemorySegment memory, int at) {
    return memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  private static int u16(MemorySegment memory, int at) {
    return memory.get(OutboundPackets.U16, at) & 0xffff;
  }
}
