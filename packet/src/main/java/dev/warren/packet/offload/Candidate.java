package dev.warren.packet.offload;

import static dev.warren.packet.offload.Layout.BYTE;
import static dev.warren.packet.offload.Layout.INT_BE;
import static dev.warren.packet.offload.Layout.SHORT_BE;

import dev.warren.packet.Checksum;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What {@link Coalescing} wants to know of one packet; filled anew for each.
 *
 * <p><b>Owner:</b> the thread of the {@link Coalescing} that has it.
 */
@Confined("device")
final class Candidate {
  /** Neither TCP nor UDP: no flow here waits for it, or would overtake it. */
  static final int STRANGER = 0;

  /** Of unknown flow, perhaps one of those here: a fragment, or hidden behind extension headers. */
  static final int BARRIER = 1;

  /** Of a known flow, but never part of a super-packet. */
  static final int LONER = 2;

  /** Of a known flow, and fit for a super-packet if its checksums are right. */
  static final int SEGMENT = 3;

  private static final ValueLayout.OfLong ANY_LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt ANY_INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort ANY_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private static final int TCP_LONER_FLAGS = Layout.CWR | Layout.URG | Layout.RST | Layout.SYN;
  private static final int TCP_LAST_FLAGS = Layout.PSH | Layout.FIN;

  private MemorySegment memory = MemorySegment.NULL;

  /** Where the packet lies. */
  long at;

  boolean v4;
  boolean tcp;

  /** Where the transport header is from {@link #at}; set for a loner and a segment. */
  int transport;

  /** The bytes of all headers; set for a segment. */
  int headerBytes;

  /** The bytes behind the headers; set for a segment. */
  int payloadBytes;

  /** Whether a super-packet must end with it, by its flags; set for a segment. */
  boolean last;

  /** Equal for equal flows; set for a loner and a segment. */
  int hash;

  /** Looks at a packet; answers {@link #STRANGER}, ... or {@link #SEGMENT}. */
  int read(MemorySegment memory, long at, int length) {
    this.memory = memory;
    this.at = at;
    if (length < Layout.V4_HEADER_BYTES) {
      return STRANGER;
    }
    int first = memory.get(BYTE, at) & 0xff;
    if (first >>> 4 == 4) {
      return readV4(first, length);
    }
    return first >>> 4 == 6 && length >= Layout.V6_HEADER_BYTES ? readV6(length) : STRANGER;
  }

  private int readV4(int first, int length) {
    v4 = true;
    if ((unsignedShort(at + Layout.V4_FRAGMENT) & Layout.V4_FRAGMENT_MASK) != 0) {
      return BARRIER;
    }
    transport = (first & 0xf) << 2;
    if (transport < Layout.V4_HEADER_BYTES
        || unsignedShort(at + Layout.V4_TOTAL_LENGTH) != length) {
      return BARRIER;
    }
    int kind = readTransport(memory.get(BYTE, at + Layout.V4_PROTOCOL) & 0xff, length);
    if (kind >= LONER) {
      hash = mix(memory.get(ANY_LONG, at + Layout.V4_ADDRESSES));
    }
    return kind == SEGMENT && transport != Layout.V4_HEADER_BYTES ? LONER : kind;
  }

  private int readV6(int length) {
    v4 = false;
    transport = Layout.V6_HEADER_BYTES;
    if (unsignedShort(at + Layout.V6_PAYLOAD_LENGTH) + Layout.V6_HEADER_BYTES != length) {
      return BARRIER;
    }
    int next = memory.get(BYTE, at + Layout.V6_NEXT_HEADER) & 0xff;
    int kind = readTransport(next, length);
    if (kind >= LONER) {
      hash =
          mix(
              memory.get(ANY_LONG, at + Layout.V6_ADDRESSES)
                  ^ Long.rotateLeft(memory.get(ANY_LONG, at + Layout.V6_ADDRESSES + 8), 11)
                  ^ Long.rotateLeft(memory.get(ANY_LONG, at + Layout.V6_ADDRESSES + 16), 23)
                  ^ Long.rotateLeft(memory.get(ANY_LONG, at + Layout.V6_ADDRESSES + 24), 41));
    } else if (isExtension(next)) {
      return BARRIER;
    }
    return kind;
  }

  private static boolean isExtension(int next) {
    // Hop-by-hop options, routing, fragment, destination options.
    return next == 0 || next == 43 || next == 44 || next == 60;
  }

  private int readTransport(int protocol, int length) {
    tcp = protocol == Layout.PROTOCOL_TCP;
    if (tcp) {
      return transport + Layout.TCP_HEADER_BYTES > length ? BARRIER : readTcp(length);
    }
    if (protocol == Layout.PROTOCOL_UDP) {
      return transport + Layout.UDP_HEADER_BYTES > length ? BARRIER : readUdp(length);
    }
    return STRANGER;
  }

  private int readTcp(int length) {
    int flags = unsignedShort(at + transport + Layout.TCP_FLAGS);
    headerBytes = transport + Layout.tcpHeaderBytes(flags);
    payloadBytes = length - headerBytes;
    last = (flags & TCP_LAST_FLAGS) != 0;
    boolean fit =
        headerBytes >= transport + Layout.TCP_HEADER_BYTES
            && payloadBytes > 0
            && (flags & (TCP_LONER_FLAGS | Layout.ACK)) == Layout.ACK;
    return fit ? SEGMENT : LONER;
  }

  private int readUdp(int length) {
    headerBytes = transport + Layout.UDP_HEADER_BYTES;
    payloadBytes = length - headerBytes;
    last = false;
    boolean fit =
        payloadBytes > 0
            && unsignedShort(at + transport + Layout.UDP_LENGTH) == length - transport
            // Without a checksum there is nothing to trust, and nothing the kernel would split.
            && unsignedShort(at + transport + Layout.UDP_CHECKSUM) != 0;
    return fit ? SEGMENT : LONER;
  }

  private int mix(long addresses) {
    long all = addresses ^ (memory.get(ANY_INT, at + transport) * 0x9e3779b97f4a7c15L);
    all *= 0xbf58476d1ce4e5b9L;
    return (int) (all >>> 32) ^ (tcp ? 1 : 0);
  }

  /** Whether the segment at {@code head}, of the same family and protocol, is of this flow. */
  boolean isFlowOf(long head) {
    if (v4) {
      return longs(head, Layout.V4_ADDRESSES)
          && memory.get(ANY_INT, at + transport)
              == memory.get(ANY_INT, head + Layout.V4_HEADER_BYTES);
    }
    return longs(head, Layout.V6_ADDRESSES)
        && longs(head, Layout.V6_ADDRESSES + 8)
        && longs(head, Layout.V6_ADDRESSES + 16)
        && longs(head, Layout.V6_ADDRESSES + 24)
        && ints(head, Layout.V6_HEADER_BYTES);
  }

  /**
   * Whether this segment has the headers that splitting would give the one {@code segments} after
   * the segment at {@code head}, of this flow, with {@code payload} bytes in between.
   */
  boolean follows(long head, int headHeaderBytes, int segments, int payload) {
    return headerBytes == headHeaderBytes
        && (v4 ? followsV4(head, segments) : ints(head, 0) && shorts(head, Layout.V6_NEXT_HEADER))
        && (!tcp || followsTcp(head, payload));
  }

  private boolean followsV4(long head, int segments) {
    // Version, header length and TOS; then the flags; then TTL and protocol.
    if (!shorts(head, 0) || !shorts(head, Layout.V4_FRAGMENT) || !shorts(head, Layout.V4_TTL)) {
      return false;
    }
    if ((unsignedShort(at + Layout.V4_FRAGMENT) & Layout.V4_DF) != 0) {
      // Nobody may read meaning into the identification of what is never fragmented (RFC 6864).
      return true;
    }
    int due = unsignedShort(head + Layout.V4_ID) + segments;
    return unsignedShort(at + Layout.V4_ID) == (due & 0xffff);
  }

  private boolean followsTcp(long head, int payload) {
    int due = memory.get(INT_BE, head + transport + Layout.TCP_SEQUENCE) + payload;
    int flags = unsignedShort(at + transport + Layout.TCP_FLAGS);
    return memory.get(INT_BE, at + transport + Layout.TCP_SEQUENCE) == due
        && (flags & ~TCP_LAST_FLAGS) == unsignedShort(head + transport + Layout.TCP_FLAGS)
        && ints(head, transport + Layout.TCP_ACKNOWLEDGEMENT)
        && shorts(head, transport + Layout.TCP_WINDOW)
        && shorts(head, transport + Layout.TCP_URGENT)
        && sameOptions(head);
  }

  private boolean sameOptions(long head) {
    for (int i = transport + Layout.TCP_HEADER_BYTES; i < headerBytes; i += 4) {
      if (!ints(head, i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the checksums of the segment at {@code packet}, of this kind, are right. */
  boolean isIntact(long packet, int length) {
    if (v4 && Checksum.of(memory, packet, Layout.V4_HEADER_BYTES) != 0) {
      return false;
    }
    // The addresses stand right before the transport header: one sum takes both.
    int addresses = v4 ? Layout.V4_ADDRESSES : Layout.V6_ADDRESSES;
    int protocol = tcp ? Layout.PROTOCOL_TCP : Layout.PROTOCOL_UDP;
    long sum = Checksum.partial(memory, packet + addresses, length - addresses);
    return Checksum.finish(sum + protocol + (length - transport)) == 0;
  }

  private boolean longs(long head, int offset) {
    return memory.get(ANY_LONG, at + offset) == memory.get(ANY_LONG, head + offset);
  }

  private boolean ints(long head, int offset) {
    return memory.get(ANY_INT, at + offset) == memory.get(ANY_INT, head + offset);
  }

  private boolean shorts(long head, int offset) {
    return memory.get(ANY_SHORT, at + offset) == memory.get(ANY_SHORT, head + offset);
  }

  private int unsignedShort(long offset) {
    return memory.get(SHORT_BE, offset) & 0xffff;
  }
}
