package dev.warren.cli.names;

import dev.warren.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Numeric IPv4 hosts in the old forms that {@code inet_aton} still takes: one to four numbers,
 * decimal, octal or hexadecimal, the last of which fills what is left.
 *
 * <p><b>Source:</b> inet_aton(3).
 */
final class NumericHost {
  private NumericHost() {}

  /** The address, null for none. */
  static @Nullable IpAddress parseV4(String text) {
    long address = 0;
    int at = 0;
    for (int part = 0; part < 4; part++) {
      int dot = text.indexOf('.', at);
      boolean last = dot < 0;
      int end = last ? text.length() : dot;
      long number = number(text, at, end);
      int bitsLeft = 32 - 8 * part;
      if (number < 0 || number >= (last ? 1L << bitsLeft : 256)) {
        return null;
      }
      if (last) {
        return IpAddress.v4((int) (address | number));
      }
      address |= number << (bitsLeft - 8);
      at = dot + 1;
    }
    return null;
  }

  private static long number(String text, int start, int end) {
    int base = 10;
    int at = start;
    if (at < end && text.charAt(at) == '0') {
      base = 8;
      if (at + 1 < end && (text.charAt(at + 1) == 'x' || text.charAt(at + 1) == 'X')) {
        base = 16;
        at += 2;
      }
    }
    if (at >= end) {
      return -1;
    }
    long number = 0;
    for (; at < end; at++) {
      char c = text.charAt(at);
      int digit = c < 128 ? Character.digit(c, base) : -1;
      number = number * base + digit;
      if (digit < 0 || number > 0xffff_ffffL) {
        return -1;
      }
    }
    return number;
  }
}
