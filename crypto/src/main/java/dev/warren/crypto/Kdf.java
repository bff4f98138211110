package dev.warren.crypto;

import java.util.Arrays;

/**
 * HMAC-BLAKE2s, and the key derivation of Noise made of it.
 *
 * <p><b>Shape:</b> keys and outputs are arrays of which the first 32 bytes count; inputs are taken
 * whole. An output may be the very array of the key or the input: all input is read first.
 *
 * <p><b>Owner:</b> any thread; intermediate values are wiped before each return.
 *
 * <p><b>Source:</b> RFC 2104, RFC 5869; whitepaper §5.4 (KDF1, KDF2, KDF3).
 */
public final class Kdf {

  /** Length of each output in bytes. */
  public static final int OUTPUT_BYTES = Blake2s.HASH_BYTES;

  private static final byte INNER_PAD = 0x36;
  private static final byte OUTER_PAD = 0x5c;

  private Kdf() {}

  /** Writes HMAC(key, input) to {@code out[0..32)}. */
  public static void hmac(byte[] key, byte[] input, byte[] out) {
    hmac(key, input, input.length, out);
  }

  /** Derives one key: {@code t1}. */
  public static void kdf1(byte[] key, byte[] input, byte[] t1) {
    expand(key, input, 1, t1, t1, t1);
  }

  /** Derives two keys, mostly the next chaining key and a cipher key. */
  public static void kdf2(byte[] key, byte[] input, byte[] t1, byte[] t2) {
    expand(key, input, 2, t1, t2, t2);
  }

  /** Derives three keys: the step that mixes in the preshared key. */
  public static void kdf3(byte[] key, byte[] input, byte[] t1, byte[] t2, byte[] t3) {
    expand(key, input, 3, t1, t2, t3);
  }

  private static void expand(byte[] key, byte[] input, int count, byte[] t1, byte[] t2, byte[] t3) {
    byte[] secret = new byte[OUTPUT_BYTES];
    byte[] block = new byte[OUTPUT_BYTES + 1]; // the output before, then this one's number
    hmac(key, input, input.length, secret);
    block[0] = 1;
    hmac(secret, block, 1, block);
    System.arraycopy(block, 0, t1, 0, OUTPUT_BYTES);
    if (count >= 2) {
      block[OUTPUT_BYTES] = 2;
      hmac(secret, block, OUTPUT_BYTES + 1, block);
      System.arraycopy(block, 0, t2, 0, OUTPUT_BYTES);
    }
    if (count >= 3) {
      block[OUTPUT_BYTES] = 3;
      hmac(secret, block, OUTPUT_BYTES + 1, block);
      System.arraycopy(block, 0, t3, 0, OUTPUT_BYTES);
    }
    ConstantTime.wipe(secret, block);
  }

  private static void hmac(byte[] key, byte[] input, int inputLength, byte[] out) {
    Blake2s hash = new Blake2s();
    byte[] pad = new byte[Blake2s.BLOCK_BYTES];
    byte[] inner = new byte[Blake2s.HASH_BYTES];
    fillPad(pad, key, INNER_PAD);
    hash.reset(Blake2s.HASH_BYTES);
    hash.update(pad);
    hash.update(input, 0, inputLength);
    hash.finish(inner, 0);
    fillPad(pad, key, OUTER_PAD);
    hash.reset(Blake2s.HASH_BYTES);
    hash.update(pad);
    hash.update(inner);
    hash.finish(out, 0);
    ConstantTime.wipe(pad, inner);
  }

  private static void fillPad(byte[] pad, byte[] key, byte value) {
    Arrays.fill(pad, value);
    for (int i = 0; i < OUTPUT_BYTES; i++) {
      pad[i] ^= key[i];
    }
  }
}
