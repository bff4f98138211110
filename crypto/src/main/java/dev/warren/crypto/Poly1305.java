package dev.warren.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The Poly1305 authenticator, in plain Java and constant time.
 *
 * <p><b>Shape:</b> numbers modulo 2^130-5 in limbs of 44, 44 and 42 bits. Both factors of a product
 * are shifted left by 10 bits beforehand: then the high word of the 128-bit product is what exceeds
 * 44 bits, and the low word shifted right by 20 is the rest. So sums of products stay far below 64
 * bits in each half, and no carry between the halves is ever looked for.
 *
 * <p>Two blocks are taken at a time, h = (h + m0) r^2 + m1 r, since the products of one block wait
 * for those of the block before.
 *
 * <p><b>Bounds:</b> limbs of h stay below 2^45 with a block added, r's below 2^44, those times 20
 * below 2^49: shifted factors fit into 59 bits, and six products' high halves into 53.
 *
 * <p><b>Owner:</b> one thread at a time; {@link #finish} wipes.
 *
 * <p><b>Source:</b> RFC 8439 §2.5.
 */
final class Poly1305 {

  static final int KEY_BYTES = 32;
  static final int TAG_BYTES = 16;
  static final int BLOCK_BYTES = 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long MASK_44 = (1L << 44) - 1;
  private static final long MASK_42 = (1L << 42) - 1;
  private static final int FACTOR_SHIFT = 10;
  private static final int LOW_SHIFT = 20;

  /** The bit above a whole block, 2^128, in the third limb. */
  private static final long BLOCK_BIT = 1L << 40;

  // Shifted limbs of r and r^2; s is 20 r, for what wraps around 2^132.
  private long r0;
  private long r1;
  private long r2;
  private long s1;
  private long s2;
  private long rr0;
  private long rr1;
  private long rr2;
  private long ss1;
  private long ss2;

  private long h0;
  private long h1;
  private long h2;
  private long pad0;
  private long pad1;
  private final byte[] block = new byte[BLOCK_BYTES];

  /** Starts a message under the one-time key at {@code offset}. */
  void init(byte[] key, int offset) {
    long t0 = (long) LONG.get(key, offset) & 0x0ffffffc0fffffffL;
    long t1 = (long) LONG.get(key, offset + 8) & 0x0ffffffc0ffffffcL;
    r0 = (t0 & MASK_44) << FACTOR_SHIFT;
    r1 = ((t0 >>> 44 | t1 << 20) & MASK_44) << FACTOR_SHIFT;
    r2 = (t1 >>> 24) << FACTOR_SHIFT;
    s1 = r1 * 20;
    s2 = r2 * 20;
    pad0 = (long) LONG.get(key, offset + 16);
    pad1 = (long) LONG.get(key, offset + 24);
    h0 = r0 >>> FACTOR_SHIFT;
    h1 = r1 >>> FACTOR_SHIFT;
    h2 = r2 >>> FACTOR_SHIFT;
    multiplyByR();
    rr0 = h0 << FACTOR_SHIFT;
    rr1 = h1 << FACTOR_SHIFT;
    rr2 = h2 << FACTOR_SHIFT;
    ss1 = rr1 * 20;
    ss2 = rr2 * 20;
    h0 = 0;
    h1 = 0;
    h2 = 0;
  }

  /** Takes in bytes and zeroes up to a multiple of 16, as the AEAD pads its two parts. */
  void updatePadded(byte[] src, int offset, int length) {
    int whole = length & -BLOCK_BYTES;
    updateBlocks(src, offset, whole);
    if (whole < length) {
      Arrays.fill(block, (byte) 0);
      System.arraycopy(src, offset + whole, block, 0, length - whole);
      addBlock(block, 0, BLOCK_BIT);
    }
  }

  /** Takes in the AEAD's closing block: two lengths in bytes. */
  void updateLengths(long adLength, long length) {
    LONG.set(block, 0, adLength);
    LONG.set(block, 8, length);
    addBlock(block, 0, BLOCK_BIT);
  }

  /**
   * Takes in the end of a message by plain Poly1305, of any length: a last partial block included.
   */
  void updateLast(byte[] src, int offset, int length) {
    int whole = length & -BLOCK_BYTES;
    updateBlocks(src, offset, whole);
    if (whole < length) {
      Arrays.fill(block, (byte) 0);
      System.arraycopy(src, offset + whole, block, 0, length - whole);
      block[length - whole] = 1;
      addBlock(block, 0, 0);
    }
  }

  /** Writes the tag and wipes the state. */
  void finish(byte[] tag, int offset) {
    // Carry fully, so that each limb is in its bounds.
    long carry = h1 >>> 44;
    h1 &= MASK_44;
    h2 += carry;
    carry = h2 >>> 42;
    h2 &= MASK_42;
    h0 += carry * 5;
    carry = h0 >>> 44;
    h0 &= MASK_44;
    h1 += carry;
    carry = h1 >>> 44;
    h1 &= MASK_44;
    h2 += carry;
    carry = h2 >>> 42;
    h2 &= MASK_42;
    h0 += carry * 5;
    carry = h0 >>> 44;
    h0 &= MASK_44;
    h1 += carry;

    // Subtract p = 2^130-5 when h is not below it, without a branch.
    long g0 = h0 + 5;
    carry = g0 >>> 44;
    g0 &= MASK_44;
    long g1 = h1 + carry;
    carry = g1 >>> 44;
    g1 &= MASK_44;
    long g2 = h2 + carry - (1L << 42);
    long keep = g2 >> 63; // all ones when h < p
    long t0 = (h0 & keep) | (g0 & ~keep);
    long t1 = (h1 & keep) | (g1 & ~keep);
    long t2 = (h2 & keep) | (g2 & ~keep);

    // Pack to 128 bits and add the second half of the key.
    long low = t0 | t1 << 44;
    long high = t1 >>> 20 | t2 << 24;
    long sumLow = low + pad0;
    long overflow = ((low & pad0) | ((low | pad0) & ~sumLow)) >>> 63;
    LONG.set(tag, offset, sumLow);
    LONG.set(tag, offset + 8, high + pad1 + overflow);
    wipe();
  }

  /** Zeroes the state; {@code finish} does it by itself. */
  void wipe() {
    r0 = 0;
    r1 = 0;
    r2 = 0;
    s1 = 0;
    s2 = 0;
    rr0 = 0;
    rr1 = 0;
    rr2 = 0;
    ss1 = 0;
    ss2 = 0;
    h0 = 0;
    h1 = 0;
    h2 = 0;
    pad0 = 0;
    pad1 = 0;
    Arrays.fill(block, (byte) 0);
  }

  private void updateBlocks(byte[] src, int offset, int length) {
    int pairs = length & -(2 * BLOCK_BYTES);
    addBlockPairs(src, offset, pairs);
    if (pairs < length) {
      addBlock(src, offset + pairs, BLOCK_BIT);
    }
  }

  private void addBlock(byte[] src, int offset, long blockBit) {
    long t0 = (long) LONG.get(src, offset);
    long t1 = (long) LONG.get(src, offset + 8);
    h0 += t0 & MASK_44;
    h1 += (t0 >>> 44 | t1 << 20) & MASK_44;
    h2 += t1 >>> 24 | blockBit;
    multiplyByR();
  }

  private void multiplyByR() {
    long a0 = h0 << FACTOR_SHIFT;
    long a1 = h1 << FACTOR_SHIFT;
    long a2 = h2 << FACTOR_SHIFT;
    long low0 = low(a0, r0) + low(a1, s2) + low(a2, s1);
    long high0 = high(a0, r0) + high(a1, s2) + high(a2, s1);
    long low1 = low(a0, r1) + low(a1, r0) + low(a2, s2) + high0 + (low0 >>> 44);
    long high1 = high(a0, r1) + high(a1, r0) + high(a2, s2);
    long low2 = low(a0, r2) + low(a1, r1) + low(a2, r0) + high1 + (low1 >>> 44);
    long high2 = high(a0, r2) + high(a1, r1) + high(a2, r0);
    long wrapped = (low0 & MASK_44) + ((low2 >>> 42) + (high2 << 2)) * 5;
    h0 = wrapped & MASK_44;
    h1 = (low1 & MASK_44) + (wrapped >>> 44);
    h2 = low2 & MASK_42;
  }

  private void addBlockPairs(byte[] src, int offset, int length) {
    long h0 = this.h0;
    long h1 = this.h1;
    long h2 = this.h2;
    long r0 = this.r0;
    long r1 = this.r1;
    long r2 = this.r2;
    long s1 = this.s1;
    long s2 = this.s2;
    long rr0 = this.rr0;
    long rr1 = this.rr1;
    long rr2 = this.rr2;
    long ss1 = this.ss1;
    long ss2 = this.ss2;
    for (int at = offset; at < offset + length; at += 2 * BLOCK_BYTES) {
      long t0 = (long) LONG.get(src, at);
      long t1 = (long) LONG.get(src, at + 8);
      long a0 = (h0 + (t0 & MASK_44)) << FACTOR_SHIFT;
      long a1 = (h1 + ((t0 >>> 44 | t1 << 20) & MASK_44)) << FACTOR_SHIFT;
      long a2 = (h2 + (t1 >>> 24 | BLOCK_BIT)) << FACTOR_SHIFT;
      t0 = (long) LONG.get(src, at + 16);
      t1 = (long) LONG.get(src, at + 24);
      long b0 = (t0 & MASK_44) << FACTOR_SHIFT;
      long b1 = ((t0 >>> 44 | t1 << 20) & MASK_44) << FACTOR_SHIFT;
      long b2 = (t1 >>> 24 | BLOCK_BIT) << FACTOR_SHIFT;
      long low0 = low(a0, rr0) + low(a1, ss2) + low(a2, ss1);
      long high0 = high(a0, rr0) + high(a1, ss2) + high(a2, ss1);
      low0 += low(b0, r0) + low(b1, s2) + low(b2, s1);
      high0 += high(b0, r0) + high(b1, s2) + high(b2, s1);
      long low1 = low(a0, rr1) + low(a1, rr0) + low(a2, ss2);
      long high1 = high(a0, rr1) + high(a1, rr0) + high(a2, ss2);
      low1 += low(b0, r1) + low(b1, r0) + low(b2, s2) + high0 + (low0 >>> 44);
      high1 += high(b0, r1) + high(b1, r0) + high(b2, s2);
      long low2 = low(a0, rr2) + low(a1, rr1) + low(a2, rr0);
      long high2 = high(a0, rr2) + high(a1, rr1) + high(a2, rr0);
      low2 += low(b0, r2) + low(b1, r1) + low(b2, r0) + high1 + (low1 >>> 44);
      high2 += high(b0, r2) + high(b1, r1) + high(b2, r0);
      long wrapped = (low0 & MASK_44) + ((low2 >>> 42) + (high2 << 2)) * 5;
      h0 = wrapped & MASK_44;
      h1 = (low1 & MASK_44) + (wrapped >>> 44);
      h2 = low2 & MASK_42;
    }
    this.h0 = h0;
    this.h1 = h1;
    this.h2 = h2;
  }

  /** The low 44 bits of the product, both factors being shifted by 10. */
  private static long low(long a, long b) {
    return (a * b) >>> LOW_SHIFT;
  }

  /** The product without its low 44 bits, both factors being shifted by 10. */
  private static long high(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b);
  }
}
