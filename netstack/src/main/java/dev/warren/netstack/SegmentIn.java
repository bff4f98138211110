package dev.warren.netstack;

import dev.warren.packet.Checksum;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * The TCP segment at hand; one object, filled anew for each.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> {@link #read} answers false for a segment too short or with a wrong checksum.
 *
 * <p><b>Source:</b> RFC 9293 §3.1.
 */
@Confined("device")
final class SegmentIn {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int PSH = 8;
  static final int ACK = 16;
  static final int HEADER_BYTES = 20;

  final TcpOptions options = new TcpOptions();
  MemorySegment memory = MemorySegment.NULL;
  int sourcePort;
  int destinationPort;
  int sequence;
  int acknowledgment;
  int flags;

  /** As sent, without scale. */
  int window;

  int data;
  int dataLength;

  boolean read(InboundPacket packet) {
    MemorySegment from = packet.memory;
    int length = packet.payloadLength;
    if (from == null || length < HEADER_BYTES) {
      return false;
    }
    memory = from;
    int at = packet.payload;
    int word = from.get(OutboundPackets.U16, at + 12);
    int header = (word >> 12 & 0xf) * 4;
    if (header < HEADER_BYTES || header > length) {
      return false;
    }
    long sum =
        OutboundPackets.pseudo(
            packet.v6,
            packet.sourceHigh,
            packet.sourceLow,
            packet.destinationHigh,
            packet.destinationLow,
            6,
            length);
    if (Checksum.finish(sum + Checksum.partial(from, at, length)) != 0) {
      return false;
    }
    sourcePort = from.get(OutboundPackets.U16, at) & 0xffff;
    destinationPort = from.get(OutboundPackets.U16, at + 2) & 0xffff;
    sequence = from.get(OutboundPackets.U32, at + 4);
    acknowledgment = from.get(OutboundPackets.U32, at + 8);
    flags = word & 0x3f;
    window = from.get(OutboundPackets.U16, at + 14) & 0xffff;
    data = at + header;
    dataLength = length - header;
    options.read(from, at + HEADER_BYTES, header - HEADER_BYTES);
    return true;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** How far it moves the sequence number. */
  int span() {
    return dataLength + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
  }
}
