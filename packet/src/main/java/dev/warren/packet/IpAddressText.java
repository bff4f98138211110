package dev.warren.packet;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes numeric addresses as the C library's {@code inet_pton} and {@code inet_ntop} do,
 * since that is what {@code wg} and operators compare with.
 *
 * <p><b>Shape:</b> IPv4 is four decimal numbers without leading zeros (no octal, no short forms).
 * IPv6 is groups of one to four hexadecimal digits, at most one {@code ::}, and perhaps an IPv4
 * address for the last 32 bits; no zone.
 *
 * <p><b>Owner:</b> any thread; no state.
 *
 * <p><b>Errors:</b> parsers answer null.
 *
 * <p><b>Source:</b> RFC 4291 §2.2, RFC 5952; glibc for what these leave open: {@code ::} may stand
 * for one group when read, and stands for two or more when written; mapped ({@code ::ffff:a.b.c.d})
 * and compatible ({@code ::a.b.c.d}) addresses are written with their IPv4 part in dots.
 */
final class IpAddressText {
  private static final int GROUPS = 8;
  private static final int GROUP_DIGITS = 4;

  private IpAddressText() {}

  /** Parses a dotted quad, null when it is none. */
  static @Nullable IpAddress parseV4(String text) {
    long bits = quad(text, 0);
    return bits < 0 ? null : IpAddress.v4((int) bits);
  }

  /** Parses an IPv6 address without zone, null when it is none. */
  static @Nullable IpAddress parseV6(String text) {
    long high = 0;
    long low = 0;
    int groups = 0;
    int gap = -1; // how many groups stand before the "::"
    int i = 0;
    int end = text.length();
    if (text.startsWith("::")) {
      gap = 0;
      i = 2;
    }
    while (i < end) {
      int start = i;
      int value = 0;
      for (int digit; i < end && (digit = hexDigit(text.charAt(i))) >= 0; i++) {
        value = value << 4 | digit;
      }
      if (i < end && text.charAt(i) == '.') {
        long bits = quad(text, start);
        if (bits < 0 || groups > GROUPS - 2) {
          return null;
        }
        high = high << 32 | low >>> 32;
        low = low << 32 | bits;
        groups += 2;
        break;
      }
      if (i == start || i - start > GROUP_DIGITS || groups == GROUPS) {
        return null;
      }
      high = high << 16 | low >>> 48;
      low = low << 16 | value;
      groups++;
      if (i == end) {
        break;
      }
      if (text.charAt(i++) != ':' || i == end) {
        return null;
      }
      if (text.charAt(i) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = groups;
        i++;
      }
    }
    if (gap < 0) {
      return groups == GROUPS ? IpAddress.v6(high, low) : null;
    }
    return groups < GROUPS ? spread(high, low, gap, groups - gap) : null;
  }

  /** Writes an IPv4 address given as its 32 bits. */
  static String formatV4(int bits) {
    StringBuilder out = new StringBuilder(15);
    appendQuad(out, bits);
    return out.toString();
  }

  /** Writes an IPv6 address given as its two halves. */
  static String formatV6(long high, long low) {
    int runStart = -1;
    int runLength = 1; // a lone zero group is written as 0
    for (int i = 0; i < GROUPS; ) {
      int start = i;
      while (i < GROUPS && group(high, low, i) == 0) {
        i++;
      }
      if (i - start > runLength) {
        runStart = start;
        runLength = i - start;
      }
      i = Math.max(i, start + 1);
    }
    boolean dotted =
        runStart == 0 && (runLength == 6 || (runLength == 5 && group(high, low, 5) == 0xffff));
    StringBuilder out = new StringBuilder(39);
    for (int i = 0; i < GROUPS; ) {
      if (i == runStart) {
        out.append("::");
        i += runLength;
      } else if (i == 6 && dotted) {
        appendQuad(out.append(runLength == 5 ? ":" : ""), (int) low);
        i += 2;
      } else {
        if (i > 0 && i != runStart + runLength) {
          out.append(':');
        }
        out.append(Integer.toHexString(group(high, low, i++)));
      }
    }
    return out.toString();
  }

  /** The address whose first groups are the head, whose last are the tail, zeros between. */
  private static IpAddress spread(long high, long low, int headGroups, int tailGroups) {
    // All groups read stand at the low end of the number: head, then tail. Shift the whole up until
    // the head is in place, and keep of it the head; of the original keep the tail.
    int shift = 16 * (GROUPS - headGroups - tailGroups);
    long headHigh = shift < 64 ? high << shift | shiftRight(low, 64 - shift) : low << (shift - 64);
    long headLow = shift < 64 ? low << shift : 0;
    int headBits = 16 * headGroups;
    int tailBits = 16 * tailGroups;
    return IpAddress.v6(
        (headHigh & ~lowBits(64 - headBits)) | (high & lowBits(tailBits - 64)),
        (headLow & ~lowBits(128 - headBits)) | (low & lowBits(tailBits)));
  }

  /** A logical shift by 0..64. */
  private static long shiftRight(long value, int by) {
    return by == 64 ? 0 : value >>> by;
  }

  /** A mask of the lowest bits, none for a negative number, all for 64 and more. */
  private static long lowBits(int bits) {
    return bits >= 64 ? -1L : bits <= 0 ? 0 : (1L << bits) - 1;
  }

  private static int group(long high, long low, int index) {
    long half = index < 4 ? high : low;
    return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
  }

  private static void appendQuad(StringBuilder out, int bits) {
    out.append(bits >>> 24)
        .append('.')
        .append(bits >>> 16 & 0xff)
        .append('.')
        .append(bits >>> 8 & 0xff)
        .append('.')
        .append(bits & 0xff);
  }

  /** Reads a dotted quad from {@code start} to the end of the text; -1 when it is none. */
  private static long quad(String text, int start) {
    long bits = 0;
    int octets = 0;
    int i = start;
    int end = text.length();
    while (octets < 4) {
      int from = i;
      int value = 0;
      while (i < end && text.charAt(i) >= '0' && text.charAt(i) <= '9' && i - from < 3) {
        value = value * 10 + text.charAt(i++) - '0';
      }
      boolean leadingZero = i - from > 1 && text.charAt(from) == '0';
      if (i == from || leadingZero || value > 255) {
        return -1;
      }
      bits = bits << 8 | value;
      if (++octets < 4 && (i == end || text.charAt(i++) != '.')) {
        return -1;
      }
    }
    return i == end ? bits : -1;
  }

  private static int hexDigit(char c) {
    // Character.digit would take digits of every script.
    return c < 128 ? Character.digit(c, 16) : -1;
  }
}
