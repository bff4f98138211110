package dev.warren.crypto;

import java.util.HexFormat;
import java.util.Random;

/** Byte arrays for tests. */
final class Bytes {

  private Bytes() {}

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** {@code first, first+1, first+2} and so on. */
  static byte[] counting(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A source that replays its seed. */
  static RandomSource seeded(long seed) {
    Random random = new Random(seed);
    return new RandomSource() {
      @Override
      public void fill(byte[] dst, int offset, int length) {
        System.arraycopy(random(random, length), 0, dst, offset, length);
      }

      @Override
      public int nextInt() {
        return random.nextInt();
      }
    };
  }
}
