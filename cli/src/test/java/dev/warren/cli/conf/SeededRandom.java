package dev.warren.cli.conf;

import dev.warren.crypto.RandomSource;
import java.util.Random;

/** Random bytes that are the same in every run. */
final class SeededRandom implements RandomSource {
  private final Random random = new Random(7);

  @Override
  public void fill(byte[] dst, int offset, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    System.arraycopy(bytes, 0, dst, offset, length);
  }

  @Override
  public int nextInt() {
    return random.nextInt();
  }
}
