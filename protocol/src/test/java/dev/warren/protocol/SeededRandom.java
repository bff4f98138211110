package dev.warren.protocol;

import dev.warren.crypto.RandomSource;
import java.util.Random;

/** Randomness that a seed repeats. */
final class SeededRandom implements RandomSource {
  private final Random random;

  SeededRandom(long seed) {
    random = new Random(seed);
  }

  @Override
  public void fill(byte[] dst, int offset, int length) {
    for (int i = 0; i < length; i++) {
      dst[offset + i] = (byte) random.nextInt();
    }
  }

  @Override
  public int nextInt() {
    return random.nextInt();
  }
}
