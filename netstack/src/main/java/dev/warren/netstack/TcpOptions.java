package dev.warren.netstack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * The options of the segment at hand; filled anew for each.
 *
 * <p><b>Shape:</b> an option that is absent is -1 ({@code mss}, {@code windowScale}), false, or a
 * count of 0. Of one that comes twice the last counts.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> {@link #read} answers false for a length that is impossible; what came before
 * it stands.
 *
 * <p><b>Source:</b> RFC 9293 §3.2, RFC 7323, RFC 2018.
 */
@Confined("device")
final class TcpOptions {
  private static final int MAX_BLOCKS = 4;

  int mss;
  int windowScale;
  boolean sackPermitted;
  boolean hasTimestamp;
  int timestamp;
  int echo;
  int blocks;
  final int[] starts = new int[MAX_BLOCKS];
  final int[] ends = new int[MAX_BLOCKS];

  boolean read(MemorySegment memory, int offset, int length) {
    mss = -1;
    windowScale = -1;
    sackPermitted = false;
    hasTimestamp = false;
    blocks = 0;
    int end = offset + length;
    for (int at = offset; at < end; ) {
      int kind = memory.get(JAVA_BYTE, at) & 0xff;
      if (kind == 0) {
        return true;
      }
      if (kind == 1) {
        at++;
        continue;
      }
      if (at + 1 >= end) {
        return false;
      }
      int size = memory.get(JAVA_BYTE, at + 1) & 0xff;
      if (size < 2 || at + size > end) {
        return false;
      }
      one(memory, kind, at, size);
      at += size;
    }
    return true;
  }

  private void one(MemorySegment memory, int kind, int at, int size) {
    if (kind == 2 && size == 4) {
      mss = memory.get(OutboundPackets.U16, at + 2) & 0xffff;
    } else if (kind == 3 && size == 3) {
      windowScale = Math.min(memory.get(JAVA_BYTE, at + 2) & 0xff, 14);
    } else if (kind == 4 && size == 2) {
      sackPermitted = true;
    } else if (kind == 8 && size == 10) {
      hasTimestamp = true;
      timestamp = memory.get(OutboundPackets.U32, at + 2);
      echo = memory.get(OutboundPackets.U32, at + 6);
    } else if (kind == 5 && (size - 2) % 8 == 0) {
      blocks = Math.min((size - 2) / 8, MAX_BLOCKS);
      for (int i = 0; i < blocks; i++) {
        starts[i] = memory.get(OutboundPackets.U32, at + 2 + 8 * i);
        ends[i] = memory.get(OutboundPackets.U32, at + 6 + 8 * i);
      }
    }
  }
}
