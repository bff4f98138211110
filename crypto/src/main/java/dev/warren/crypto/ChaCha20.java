package dev.warren.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The ChaCha20 stream cipher and HChaCha20, in plain Java and constant time.
 *
 * <p>For the few small messages of handshakes and cookies; transport data goes through an {@link
 * AeadEngine}.
 *
 * <p><b>Shape:</b> the state is 16 words: 4 constants, 8 of key, the block counter, 3 of nonce.
 *
 * <p><b>Owner:</b> one thread at a time; {@link #wipe()} when done.
 *
 * <p><b>Source:</b> RFC 8439 §2.1 to §2.4; draft-irtf-cfrg-xchacha §2.2.
 */
final class ChaCha20 {

  static final int KEY_BYTES = 32;
  static final int BLOCK_BYTES = 64;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int DOUBLE_ROUND_COUNT = 10;
  private static final int WORD_COUNT = 16;
  private static final int COUNTER_WORD = 12;

  private final int[] state = new int[WORD_COUNT];
  private final int[] working = new int[WORD_COUNT];
  private final byte[] keyStream = new byte[BLOCK_BYTES];

  /** Sets key and nonce; the block counter starts at zero. */
  void init(byte[] key, int keyOffset, int nonce0, int nonce1, int nonce2) {
    setConstantsAndKey(key, keyOffset);
    state[COUNTER_WORD] = 0;
    state[13] = nonce0;
    state[14] = nonce1;
    state[15] = nonce2;
  }

  /** Writes the next 64 bytes of key stream. */
  void nextBlock(byte[] out) {
    System.arraycopy(state, 0, working, 0, WORD_COUNT);
    doubleRounds(working);
    for (int i = 0; i < WORD_COUNT; i++) {
      INT.set(out, 4 * i, working[i] + state[i]);
    }
    state[COUNTER_WORD]++;
  }

  /** Encrypts or decrypts, also in place; each call starts at a fresh block. */
  void xor(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
    int done = 0;
    while (done < length) {
      nextBlock(keyStream);
      int count = Math.min(BLOCK_BYTES, length - done);
      for (int i = 0; i < count; i++) {
        out[outOffset + done + i] = (byte) (in[inOffset + done + i] ^ keyStream[i]);
      }
      done += count;
    }
  }

  /** Derives a subkey from a key and the first 16 bytes of a nonce. */
  void hChaCha20(byte[] key, int keyOffset, byte[] nonce, int nonceOffset, byte[] subkey) {
    setConstantsAndKey(key, keyOffset);
    for (int i = 0; i < 4; i++) {
      state[COUNTER_WORD + i] = (int) INT.get(nonce, nonceOffset + 4 * i);
    }
    doubleRounds(state);
    for (int i = 0; i < 4; i++) {
      INT.set(subkey, 4 * i, state[i]);
      INT.set(subkey, 16 + 4 * i, state[12 + i]);
    }
  }

  void wipe() {
    Arrays.fill(state, 0);
    Arrays.fill(working, 0);
    ConstantTime.wipe(keyStream);
  }

  private void setConstantsAndKey(byte[] key, int keyOffset) {
    state[0] = 0x61707865;
    state[1] = 0x3320646e;
    state[2] = 0x79622d32;
    state[3] = 0x6b206574;
    for (int i = 0; i < 8; i++) {
      state[4 + i] = (int) INT.get(key, keyOffset + 4 * i);
    }
  }

  private static void doubleRounds(int[] x) {
    for (int i = 0; i < DOUBLE_ROUND_COUNT; i++) {
      quarterRound(x, 0, 4, 8, 12);
      quarterRound(x, 1, 5, 9, 13);
      quarterRound(x, 2, 6, 10, 14);
      quarterRound(x, 3, 7, 11, 15);
      quarterRound(x, 0, 5, 10, 15);
      quarterRound(x, 1, 6, 11, 12);
      quarterRound(x, 2, 7, 8, 13);
      quarterRound(x, 3, 4, 9, 14);
    }
  }

  private static void quarterRound(int[] x, int ai, int bi, int ci, int di) {
    int a = x[ai];
    int b = x[bi];
    int c = x[ci];
    int d = x[di];
    a += b;
    d = Integer.rotateLeft(d ^ a, 16);
    c += d;
    b = Integer.rotateLeft(b ^ c, 12);
    a += b;
    d = Integer.rotateLeft(d ^ a, 8);
    c += d;
    b = Integer.rotateLeft(b ^ c, 7);
    x[ai] = a;
    x[bi] = b;
    x[ci] = c;
    x[di] = d;
  }
}
