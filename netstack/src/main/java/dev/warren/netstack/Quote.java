package dev.warren.netstack;

import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * The beginning of a packet of ours, as an ICMP error quotes it: one object, filled anew for each.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> false for a quote that is too short to say whose packet it was, or of a
 * fragment that is not the first.
 *
 * <p><b>Source:</b> RFC 792, RFC 4443 §2.4(c).
 */
@Confined("device")
final class Quote {
  /** Ports and sequence number, or an echo's identifier and sequence number. */
  private static final int TRANSPORT_BYTES = 8;

  private static final int V6_FRAGMENT = 44;

  boolean v6;
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int protocol;

  /** How long the packet was. */
  int packetBytes;

  /** The first 8 bytes of the transport's header. */
  int firstWord;

  int secondWord;

  int sourcePort() {
    return firstWord >>> 16;
  }

  int destinationPort() {
    return firstWord & 0xffff;
  }

  boolean read(boolean isV6, MemorySegment memory, int at, int length) {
    v6 = isV6;
    int header = OutboundPackets.headerBytes(isV6);
    if (length < header + TRANSPORT_BYTES || IpPacket.version(memory, at) != (isV6 ? 6 : 4)) {
      return false;
    }
    int transport = isV6 ? readV6(memory, at, length) : readV4(memory, at);
    if (transport < 0 || transport + TRANSPORT_BYTES > length) {
      return false;
    }
    firstWord = memory.get(OutboundPackets.U32, at + transport);
    secondWord = memory.get(OutboundPackets.U32, at + transport + 4);
    return true;
  }

  private int readV4(MemorySegment memory, int at) {
    sourceHigh = 0;
    sourceLow = IpPacket.v4Source(memory, at) & 0xffffffffL;
    destinationHigh = 0;
    destinationLow = IpPacket.v4Destination(memory, at) & 0xffffffffL;
    protocol = IpPacket.v4Protocol(memory, at);
    packetBytes = IpPacket.v4TotalLength(memory, at);
    int header = IpPacket.v4HeaderLength(memory, at);
    boolean first = IpPacket.v4FragmentOffset(memory, at) == 0;
    return header >= IpPacket.V4_HEADER_LENGTH && first ? header : -1;
  }

  private int readV6(MemorySegment memory, int at, int length) {
    sourceHigh = IpPacket.v6SourceHigh(memory, at);
    sourceLow = IpPacket.v6SourceLow(memory, at);
    destinationHigh = IpPacket.v6DestinationHigh(memory, at);
    destinationLow = IpPacket.v6DestinationLow(memory, at);
    protocol = IpPacket.v6NextHeader(memory, at);
    packetBytes = IpPacket.v6PayloadLength(memory, at) + IpPacket.V6_HEADER_LENGTH;
    int header = IpPacket.V6_HEADER_LENGTH;
    if (protocol == V6_FRAGMENT) { // the only extension header that we send
      if (length < header + 8 || (memory.get(OutboundPackets.U16, at + header + 2) & 0xfff8) != 0) {
        return -1;
      }
      protocol = memory.get(OutboundPackets.U16, at + header) >>> 8 & 0xff;
      header += 8;
    }
    return header;
  }
}
