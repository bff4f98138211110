package dev.warren.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * BLAKE2s with and without a key: the hash of the handshake and the MAC of mac1, mac2 and cookies.
 *
 * <p>One instance serves any number of messages and allocates nothing for them: {@code reset},
 * {@code update} as often as needed, {@code finish}. The rounds are a loop on purpose: unrolled ten
 * times over, the method outgrows what the JIT compiles well and takes twice as long.
 *
 * <p><b>Owner:</b> one thread at a time.
 *
 * <p><b>Errors:</b> an output of 0 or more than 32 bytes, a longer key, or an update without reset
 * is our own bug and throws.
 *
 * <p><b>Source:</b> RFC 7693.
 */
public final class Blake2s {

  /** Longest and usual output in bytes. */
  public static final int HASH_BYTES = 32;

  /** Length of mac1, mac2 and the cookie in bytes. */
  public static final int MAC_BYTES = 16;

  /** Longest key in bytes. */
  public static final int MAX_KEY_BYTES = 32;

  /** Length of a block in bytes, which HMAC pads its key to. */
  public static final int BLOCK_BYTES = 64;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int IV0 = 0x6A09E667;
  private static final int IV1 = 0xBB67AE85;
  private static final int IV2 = 0x3C6EF372;
  private static final int IV3 = 0xA54FF53A;
  private static final int IV4 = 0x510E527F;
  private static final int IV5 = 0x9B05688C;
  private static final int IV6 = 0x1F83D9AB;
  private static final int IV7 = 0x5BE0CD19;

  /** The message schedule: ten permutations of the sixteen words, one after the other. */
  private static final byte[] SIGMA = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, //
    14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3, //
    11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4, //
    7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8, //
    9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13, //
    2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9, //
    12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11, //
    13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10, //
    6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5, //
    10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0, //
  };

  private final int[] h = new int[8];
  private final int[] m = new int[16];
  private final int[] v = new int[16];
  private final byte[] buffer = new byte[BLOCK_BYTES];
  private int bufferLength;
  private int outLength;
  private long byteCount;

  /** Makes an instance that wants a {@code reset} first. */
  public Blake2s() {}

  /** Starts an unkeyed hash of {@code outLength} bytes. */
  public void reset(int outLength) {
    start(outLength, 0);
  }

  /** Starts a MAC of {@code outLength} bytes under the key at {@code [keyOffset, +keyLength)}. */
  public void reset(int outLength, byte[] key, int keyOffset, int keyLength) {
    if (keyLength < 1 || keyLength > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("BLAKE2s keys have 1 to 32 bytes, not " + keyLength);
    }
    start(outLength, keyLength);
    System.arraycopy(key, keyOffset, buffer, 0, keyLength);
    bufferLength = BLOCK_BYTES;
  }

  /** Takes in {@code length} bytes of {@code src} from {@code offset} on. */
  public void update(byte[] src, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, src.length);
    checkStarted();
    int at = offset;
    int left = length;
    while (left > 0) {
      makeRoom();
      int taken = Math.min(left, BLOCK_BYTES - bufferLength);
      System.arraycopy(src, at, buffer, bufferLength, taken);
      bufferLength += taken;
      at += taken;
      left -= taken;
    }
  }

  /** Takes in a whole array. */
  public void update(byte[] src) {
    update(src, 0, src.length);
  }

  /** Takes in {@code length} bytes of a packet's memory. */
  public void update(MemorySegment src, long offset, int length) {
    Objects.checkFromIndexSize(offset, length, src.byteSize());
    checkStarted();
    long at = offset;
    int left = length;
    while (left > 0) {
      makeRoom();
      int taken = Math.min(left, BLOCK_BYTES - bufferLength);
      MemorySegment.copy(src, ValueLayout.JAVA_BYTE, at, buffer, bufferLength, taken);
      bufferLength += taken;
      at += taken;
      left -= taken;
    }
  }

  /** Writes the hash to {@code out} from {@code offset} on and wipes the state. */
  public void finish(byte[] out, int offset) {
    checkStarted();
    Objects.checkFromIndexSize(offset, outLength, out.length);
    Arrays.fill(buffer, bufferLength, BLOCK_BYTES, (byte) 0);
    byteCount += bufferLength;
    compress(-1);
    for (int i = 0; i < outLength; i++) {
      out[offset + i] = (byte) (h[i >> 2] >>> (8 * (i & 3)));
    }
    wipe();
  }

  /** Zeroes the state; {@code finish} does it by itself. */
  public void wipe() {
    Arrays.fill(h, 0);
    Arrays.fill(m, 0);
    Arrays.fill(v, 0);
    Arrays.fill(buffer, (byte) 0);
    bufferLength = 0;
    byteCount = 0;
    outLength = 0;
  }

  private void start(int length, int keyLength) {
    if (length < 1 || length > HASH_BYTES) {
      throw new IllegalArgumentException("BLAKE2s yields 1 to 32 bytes, not " + length);
    }
    wipe();
    outLength = length;
    h[0] = IV0 ^ 0x01010000 ^ keyLength << 8 ^ length;
    h[1] = IV1;
    h[2] = IV2;
    h[3] = IV3;
    h[4] = IV4;
    h[5] = IV5;
    h[6] = IV6;
    h[7] = IV7;
  }

  private void checkStarted() {
    if (outLength == 0) {
      throw new IllegalStateException("BLAKE2s was not reset");
    }
  }

  /** Compresses a full block, but only once more input shows that it is not the last. */
  private void makeRoom() {
    if (bufferLength == BLOCK_BYTES) {
      byteCount += BLOCK_BYTES;
      compress(0);
      bufferLength = 0;
    }
  }

  private void compress(int lastBlockMask) {
    int[] m = this.m;
    for (int i = 0; i < 16; i++) {
      m[i] = (int) INT.get(buffer, 4 * i);
    }
    int[] v = this.v;
    System.arraycopy(h, 0, v, 0, 8);
    v[8] = IV0;
    v[9] = IV1;
    v[10] = IV2;
    v[11] = IV3;
    v[12] = IV4 ^ (int) byteCount;
    v[13] = IV5 ^ (int) (byteCount >>> 32);
    v[14] = IV6 ^ lastBlockMask;
    v[15] = IV7;
    for (int s = 0; s < SIGMA.length; s += 16) {
      mix(v, 0, 4, 8, 12, m[SIGMA[s]], m[SIGMA[s + 1]]);
      mix(v, 1, 5, 9, 13, m[SIGMA[s + 2]], m[SIGMA[s + 3]]);
      mix(v, 2, 6, 10, 14, m[SIGMA[s + 4]], m[SIGMA[s + 5]]);
      mix(v, 3, 7, 11, 15, m[SIGMA[s + 6]], m[SIGMA[s + 7]]);
      mix(v, 0, 5, 10, 15, m[SIGMA[s + 8]], m[SIGMA[s + 9]]);
      mix(v, 1, 6, 11, 12, m[SIGMA[s + 10]], m[SIGMA[s + 11]]);
      mix(v, 2, 7, 8, 13, m[SIGMA[s + 12]], m[SIGMA[s + 13]]);
      mix(v, 3, 4, 9, 14, m[SIGMA[s + 14]], m[SIGMA[s + 15]]);
    }
    for (int i = 0; i < 8; i++) {
      h[i] ^= v[i] ^ v[i + 8];
    }
  }

  /** The function G of the RFC, on one column or diagonal. */
  private static void mix(int[] v, int ai, int bi, int ci, int di, int x, int y) {
    int a = v[ai];
    int b = v[bi];
    int c = v[ci];
    int d = v[di];
    a += b + x;
    d = Integer.rotateRight(d ^ a, 16);
    c += d;
    b = Integer.rotateRight(b ^ c, 12);
    a += b + y;
    d = Integer.rotateRight(d ^ a, 8);
    c += d;
    b = Integer.rotateRight(b ^ c, 7);
    v[ai] = a;
    v[bi] = b;
    v[ci] = c;
    v[di] = d;
  }
}
