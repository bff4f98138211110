package dev.warren.packet.offload;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.warren.packet.Checksum;
import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;

/**
 * The header that stands before every packet of a TUN descriptor with {@code IFF_VNET_HDR}: it says
 * what the sender left to do.
 *
 * <p><b>Shape:</b> 10 bytes in native order, right before the packet:
 *
 * <pre>
 * 0  flags: 1 = the checksum is to be finished
 * 1  gso_type: what the packet is to be split into, by these numbers; bit 0x80 = its CWR flag is
 *    for the first segment only
 * 2  hdr_len: the bytes of all headers. Trustworthy only towards the kernel: what comes from it is
 *    a hint and can be larger
 * 4  gso_size: the payload of every segment but the last, which may have less
 * 6  csum_start: where the checksum's sum begins, that is the transport header
 * 8  csum_offset: where its field is, from csum_start
 * </pre>
 *
 * <p>The checksum field of a packet whose checksum is to be finished holds the folded, not
 * complemented sum of the pseudo header; that of a super-packet counts the whole length.
 *
 * <p><b>Owner:</b> any thread; no state.
 *
 * <p><b>Source:</b> Linux {@code linux/virtio_net.h}; VIRTIO 1.3 §5.1.6.
 */
@Immutable
public final class VirtioHeader {
  /** The header's length. */
  public static final int SIZE = 10;

  /** Flag: the checksum from csum_start on is to be finished. */
  public static final int FLAG_NEEDS_CSUM = 1;

  /** A plain packet. */
  public static final int GSO_NONE = 0;

  /** TCP segments over IPv4. */
  public static final int GSO_TCPV4 = 1;

  /** TCP segments over IPv6. */
  public static final int GSO_TCPV6 = 4;

  /** UDP datagrams over either. */
  public static final int GSO_UDP_L4 = 5;

  /** A bit beside the type: CWR is set and means the first segment. */
  public static final int GSO_ECN = 0x80;

  private static final int GSO_TYPE = 1;
  private static final int HDR_LEN = 2;
  private static final int GSO_SIZE = 4;
  private static final int CSUM_START = 6;
  private static final int CSUM_OFFSET = 8;

  private VirtioHeader() {}

  /** Whether the checksum is to be finished. */
  public static boolean needsChecksum(MemorySegment memory, long header) {
    return (memory.get(JAVA_BYTE, header) & FLAG_NEEDS_CSUM) != 0;
  }

  /** What the packet is to be split into, without {@link #GSO_ECN}. */
  public static int gsoType(MemorySegment memory, long header) {
    return memory.get(JAVA_BYTE, header + GSO_TYPE) & 0xff & ~GSO_ECN;
  }

  /** The bytes of all headers, as the sender says. */
  public static int hdrLen(MemorySegment memory, long header) {
    return unsignedShort(memory, header + HDR_LEN);
  }

  /** The payload bytes of a segment. */
  public static int gsoSize(MemorySegment memory, long header) {
    return unsignedShort(memory, header + GSO_SIZE);
  }

  /** Where the checksum's sum begins, from the packet's first byte. */
  public static int csumStart(MemorySegment memory, long header) {
    return unsignedShort(memory, header + CSUM_START);
  }

  /** Where the checksum's field is, from {@link #csumStart}. */
  public static int csumOffset(MemorySegment memory, long header) {
    return unsignedShort(memory, header + CSUM_OFFSET);
  }

  /** Writes the header of a plain packet: nothing is left to do. */
  public static void clear(MemorySegment memory, long header) {
    memory.set(JAVA_LONG_UNALIGNED, header, 0);
    memory.set(JAVA_SHORT_UNALIGNED, header + CSUM_OFFSET, (short) 0);
  }

  /** Writes the header of a super-packet. */
  public static void set(
      MemorySegment memory,
      long header,
      int gsoType,
      int hdrLen,
      int gsoSize,
      int csumStart,
      int csumOffset) {
    memory.set(JAVA_BYTE, header, (byte) FLAG_NEEDS_CSUM);
    memory.set(JAVA_BYTE, header + GSO_TYPE, (byte) gsoType);
    memory.set(JAVA_SHORT_UNALIGNED, header + HDR_LEN, (short) hdrLen);
    memory.set(JAVA_SHORT_UNALIGNED, header + GSO_SIZE, (short) gsoSize);
    memory.set(JAVA_SHORT_UNALIGNED, header + CSUM_START, (short) csumStart);
    memory.set(JAVA_SHORT_UNALIGNED, header + CSUM_OFFSET, (short) csumOffset);
  }

  /**
   * Finishes the checksum that the header asks for, in the plain packet right after it.
   *
   * @param length the packet's length
   * @return whether the header made sense
   */
  public static boolean finishChecksum(MemorySegment memory, long header, int length) {
    int start = csumStart(memory, header);
    int field = start + csumOffset(memory, header);
    if (start >= length || field + 2 > length) {
      return false;
    }
    long packet = header + SIZE;
    // The field takes part in the sum: it holds the pseudo header's.
    int sum = Checksum.of(memory, packet + start, length - start);
    // UDP reads zero as "no checksum"; to the others 0xffff means the same, as in the kernel.
    memory.set(Layout.SHORT_BE, packet + field, (short) (sum == 0 ? 0xffff : sum));
    return true;
  }

  private static int unsignedShort(MemorySegment memory, long offset) {
    return memory.get(JAVA_SHORT_UNALIGNED, offset) & 0xffff;
  }
}
