package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.warren.packet.Checksum;
import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The virtio header that stands before every packet of a TUN descriptor with {@code IFF_VNET_HDR}:
 * what the sender left to do.
 *
 * <p><b>Shape:</b> 10 bytes in native order: u8 flags (1 = checksum to finish), u8 gso_type, u16
 * hdr_len, u16 gso_size, u16 csum_start, u16 csum_offset.
 *
 * <p><b>Source:</b> Linux {@code linux/virtio_net.h}; VIRTIO 1.2 §5.1.6.
 */
@Immutable
final class VnetHeader {
  static final int SIZE = 10;

  /** The checksum from csum_start on is to be finished; its field holds the pseudo-header's sum. */
  static final int FLAG_NEEDS_CSUM = 1;

  static final int GSO_NONE = 0;

  private static final ValueLayout.OfShort SHORT_BE =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private VnetHeader() {}

  static int flags(MemorySegment memory, long header) {
    return memory.get(JAVA_BYTE, header) & 0xff;
  }

  static int gsoType(MemorySegment memory, long header) {
    return memory.get(JAVA_BYTE, header + 1) & 0xff;
  }

  static int csumStart(MemorySegment memory, long header) {
    return memory.get(JAVA_SHORT_UNALIGNED, header + 6) & 0xffff;
  }

  static int csumOffset(MemorySegment memory, long header) {
    return memory.get(JAVA_SHORT_UNALIGNED, header + 8) & 0xffff;
  }

  /** Writes the header of a plain packet: nothing left to do. */
  static void clear(MemorySegment memory, long header) {
    memory.set(JAVA_LONG_UNALIGNED, header, 0);
    memory.set(JAVA_SHORT_UNALIGNED, header + 8, (short) 0);
  }

  /**
   * Finishes the checksum that the header asks for, in the packet right after it.
   *
   * @param length the packet's length
   * @return whether the header made sense
   */
  static boolean finishChecksum(MemorySegment memory, long header, int length) {
    int start = csumStart(memory, header);
    int field = start + csumOffset(memory, header);
    if (start >= length || field + 2 > length) {
      return false;
    }
    long packet = header + SIZE;
    // The field takes part in the sum: it holds the pseudo-header's.
    int sum = Checksum.of(memory, packet + start, length - start);
    // UDP reads a sum of zero as "none"; to the others 0xffff means the same, as in the kernel.
    memory.set(SHORT_BE, packet + field, (short) (sum == 0 ? 0xffff : sum));
    return true;
  }
}
