package dev.warren.netstack;

import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * One packet of which not all fragments have come: a room of 64 KiB, used again for others.
 *
 * <p><b>Units:</b> places in units of 8 bytes, as fragments are cut.
 *
 * <p><b>Owner:</b> the device's thread, by {@link Reassembly}.
 *
 * <p><b>Source:</b> see {@link Reassembly}.
 */
@Confined("device")
final class FragmentedPacket {
  static final int MAX_BYTES = 65_535;

  private static final int QUOTE_BYTES = 160;
  private static final int UNITS = (MAX_BYTES + 7) / 8;

  final MemorySegment memory = Arena.ofAuto().allocate(MAX_BYTES + 1, 8);

  /** How the first fragment began. */
  final MemorySegment quote = Arena.ofAuto().allocate(QUOTE_BYTES, 8);

  int quoteLength;
  boolean used;

  /** Given up for what it holds; kept to know its further fragments by. */
  boolean dead;

  boolean v6;
  long deadlineNanos;

  private final BitSet received = new BitSet(UNITS);
  private final BitSet starts = new BitSet(UNITS);
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private int protocol;
  private int identification;
  private int hopLimit;
  private int tos;
  private boolean congestion;
  private boolean notCapable;
  private int bytes;

  /** -1 until the last fragment came. */
  private int total;

  private int highest;

  void begin(InboundPacket p, int newIdentification, long deadline) {
    used = true;
    dead = false;
    v6 = p.v6;
    sourceHigh = p.sourceHigh;
    sourceLow = p.sourceLow;
    destinationHigh = p.destinationHigh;
    destinationLow = p.destinationLow;
    protocol = p.protocol;
    identification = newIdentification;
    deadlineNanos = deadline;
    received.clear();
    starts.clear();
    quoteLength = 0;
    congestion = false;
    notCapable = false;
    bytes = 0;
    total = -1;
    highest = 0;
  }

  boolean isFrom(InboundPacket p) {
    return sourceLow == p.sourceLow && sourceHigh == p.sourceHigh && v6 == p.v6;
  }

  /**
   * The protocol tells IPv4 packets apart, not IPv6 packets: only their first fragment knows it.
   */
  boolean isOf(InboundPacket p, int id) {
    return identification == id
        && isFrom(p)
        && destinationLow == p.destinationLow
        && destinationHigh == p.destinationHigh
        && (v6 || protocol == p.protocol);
  }

  Fate add(InboundPacket p, int at, boolean more, int packetAt) {
    int length = p.payloadLength;
    int end = at + length;
    if (!more && ((total >= 0 && total != end) || end < highest)) {
      return Fate.BAD_FRAGMENT; // two ends, or bytes beyond the end
    }
    if (total >= 0 && end > total) {
      return Fate.BAD_FRAGMENT;
    }
    int first = at >>> 3;
    int last = (end + 7) >>> 3;
    int occupied = received.nextSetBit(first);
    if (occupied >= 0 && occupied < last) {
      return isRepeated(p, at, first, last) ? Fate.FRAGMENT_REPEATED : Fate.FRAGMENT_OVERLAP;
    }
    MemorySegment.copy(p.memory, p.payload, memory, at, length);
    received.set(first, last);
    starts.set(first);
    bytes += length;
    highest = Math.max(highest, end);
    if (!more) {
      total = end;
    }
    congestion |= IpPacket.ecn(p.tos) == IpPacket.CE;
    notCapable |= IpPacket.ecn(p.tos) == IpPacket.NOT_ECT;
    if (at == 0) {
      tos = p.tos;
      protocol = p.protocol;
      hopLimit = p.hopLimit;
      quoteLength = Math.min(QUOTE_BYTES, p.payload + length - packetAt);
      MemorySegment.copy(p.memory, packetAt, quote, 0, quoteLength);
    }
    return bytes == total ? Fate.DELIVERED : Fate.FRAGMENT_HELD;
  }

  /** A network may deliver twice; nothing is wrong with the same bytes at the same place. */
  private boolean isRepeated(InboundPacket p, int at, int first, int last) {
    if (!starts.get(first) || received.nextClearBit(first) < last) {
      return false;
    }
    int end = at + p.payloadLength;
    return MemorySegment.mismatch(p.memory, p.payload, p.payload + p.payloadLength, memory, at, end)
        < 0;
  }

  /** Makes the packet, which is whole, the one under way. */
  void deliver(InboundPacket p) {
    p.memory = memory;
    p.payload = 0;
    p.payloadLength = total;
    p.protocol = protocol;
    p.hopLimit = hopLimit;
    p.tos = congestion && !notCapable ? tos | IpPacket.CE : tos;
  }
}
