package dev.warren.netstack;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A TCP segment that a stack sent, taken apart by other code than the stack's. */
final class Segment {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int ACK = 16;

  final long at;
  final byte[] packet;
  final int destinationPort;
  final int sequence;
  final int acknowledgment;
  final int flags;
  final int window;
  final byte[] data;

  int mss = -1;
  int scale = -1;
  boolean sackPermitted;
  boolean stamped;
  int stamp;
  int echo;

  /** Starts and ends in turn. */
  final List<Integer> blocks = new ArrayList<>();

  Segment(long at, byte[] packet) {
    this.at = at;
    this.packet = packet;
    ByteBuffer from = ByteBuffer.wrap(packet);
    int start = packet[0] >>> 4 == 4 ? (packet[0] & 0xf) * 4 : 40;
    destinationPort = from.getShort(start + 2) & 0xffff;
    sequence = from.getInt(start + 4);
    acknowledgment = from.getInt(start + 8);
    int header = (packet[start + 12] >>> 4 & 0xf) * 4;
    flags = packet[start + 13] & 0xff;
    window = from.getShort(start + 14) & 0xffff;
    data = new byte[packet.length - start - header];
    System.arraycopy(packet, start + header, data, 0, data.length);
    options(from, start + 20, start + header);
  }

  private void options(ByteBuffer from, int start, int end) {
    for (int i = start; i < end && from.get(i) != 0; ) {
      int kind = from.get(i);
      int length = kind == 1 ? 1 : from.get(i + 1);
      switch (kind) {
        case 2 -> mss = from.getShort(i + 2) & 0xffff;
        case 3 -> scale = from.get(i + 2);
        case 4 -> sackPermitted = true;
        case 5 -> {
          for (int j = i + 2; j < i + length; j += 4) {
            blocks.add(from.getInt(j));
          }
        }
        case 8 -> {
          stamped = true;
          stamp = from.getInt(i + 2);
          echo = from.getInt(i + 6);
        }
        default -> {}
      }
      i += length;
    }
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  int end() {
    return sequence + data.length + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
  }

  @Override
  public String toString() {
    return "%d ms: seq %d ack %d flags %x window %d data %d blocks %s"
        .formatted(
            at / 1_000_000,
            Integer.toUnsignedLong(sequence),
            Integer.toUnsignedLong(acknowledgment),
            flags,
            window,
            data.length,
            blocks);
  }
}
