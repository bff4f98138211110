package dev.warren.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The internet checksum.
 *
 * <p><b>Shape:</b> a <em>partial sum</em> is a non-negative long that holds the sum of 16-bit
 * words, as numbers in network order, with the carries in its upper bits; partial sums of pieces
 * add up with {@code +}, as long as every piece but the last has an even length and no more than
 * 2^31 are added. {@link #finish} makes a checksum of it.
 *
 * <p><b>Owner:</b> any thread; no state.
 *
 * <p><b>Source:</b> RFC 1071 (the sum, and that it may be taken in either byte order and in wider
 * words), RFC 1624 (updates), RFC 9293 §3.1 and RFC 8200 §8.1 (pseudo headers).
 */
public final class Checksum {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Checksum() {}

  /** The checksum of these bytes; 0 when they hold a right checksum already. */
  public static int of(MemorySegment memory, long offset, int length) {
    return finish(partial(memory, offset, length));
  }

  /** The partial sum of these bytes; a last odd byte counts as if a zero followed it. */
  public static long partial(MemorySegment memory, long offset, int length) {
    // The simplest loop is the fastest: with an int for its index, C2 makes vectors of it. For 1400
    // bytes it takes 35 to 40 ns; adding 8 bytes at a time with their carries takes 100 to 200, and
    // halves of 8 bytes as long as this, but longer for short packets. 64 bits lose no carry.
    long sum = 0;
    int i = 0;
    for (; i <= length - 4; i += 4) {
      sum += memory.get(INT, offset + i) & 0xffffffffL;
    }
    if (i <= length - 2) {
      sum += memory.get(SHORT, offset + i) & 0xffffL;
      i += 2;
    }
    if (i < length) {
      int last = memory.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff;
      sum += SWAP ? last : last << 8;
    }
    int folded = fold(sum);
    return SWAP ? swap(folded) : folded;
  }

  /** The partial sum of the pseudo header of TCP or UDP over IPv4. */
  public static long pseudoV4(int source, int destination, int protocol, int length) {
    return (source & 0xffffffffL) + (destination & 0xffffffffL) + protocol + length;
  }

  /** The partial sum of the pseudo header of TCP, UDP or ICMPv6 over IPv6. */
  public static long pseudoV6(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int nextHeader,
      int length) {
    return halves(sourceHigh)
        + halves(sourceLow)
        + halves(destinationHigh)
        + halves(destinationLow)
        + nextHeader
        + length;
  }

  /** The sum of a partial sum's 16-bit words, folded to 16 bits, not complemented. */
  public static int fold(long partial) {
    long sum = (partial & 0xffffffffL) + (partial >>> 32);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    return (int) ((sum & 0xffff) + (sum >>> 16));
  }

  /** The checksum field's value for a partial sum: folded and complemented. */
  public static int finish(long partial) {
    return ~fold(partial) & 0xffff;
  }

  /** The new checksum when one 16-bit word that it covers changes (RFC 1624, equation 3). */
  public static int update(int checksum, int oldWord, int newWord) {
    return finish((long) (~checksum & 0xffff) + (~oldWord & 0xffff) + newWord);
  }

  private static long halves(long value) {
    return (value & 0xffffffffL) + (value >>> 32);
  }

  private static int swap(int word) {
    return (word & 0xff) << 8 | word >>> 8;
  }
}
