package dev.warren.crypto;

import java.util.Arrays;
import java.util.Objects;

/**
 * Comparisons whose time tells nothing about the bytes compared, and the wiping of byte arrays.
 *
 * <p>{@code java.security.MessageDigest.isEqual} takes whole arrays only, and tags sit inside
 * messages, hence our own.
 */
public final class ConstantTime {

  private ConstantTime() {}

  /** Tells whether {@code length} bytes at the two places are the same. */
  public static boolean equal(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
    Objects.checkFromIndexSize(aOffset, length, a.length);
    Objects.checkFromIndexSize(bOffset, length, b.length);
    int difference = 0;
    for (int i = 0; i < length; i++) {
      difference |= a[aOffset + i] ^ b[bOffset + i];
    }
    return difference == 0;
  }

  /** Tells whether two arrays hold the same bytes; only their lengths may show in the time. */
  public static boolean equal(byte[] a, byte[] b) {
    return a.length == b.length && equal(a, 0, b, 0, a.length);
  }

  /** Tells whether {@code length} bytes from {@code offset} on are all zero. */
  public static boolean isZero(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int bits = 0;
    for (int i = 0; i < length; i++) {
      bits |= bytes[offset + i];
    }
    return bits == 0;
  }

  /**
   * Zeroes what held a secret.
   *
   * <p>The collector may have moved an array and left an older copy behind. That is why keys that
   * live for long are kept off the heap ({@link Secret}); arrays serve for the moments of a
   * computation.
   */
  public static void wipe(byte[]... arrays) {
    for (byte[] array : arrays) {
      Arrays.fill(array, (byte) 0);
    }
  }
}
