package dev.warren.crypto;

import java.security.SecureRandom;

/**
 * Randomness that is handed in, so that a simulation can replay a run from its seed.
 *
 * <p><b>Owner:</b> {@link #secure()} may be used by any thread; a seeded source belongs to one.
 */
public interface RandomSource {

  /** Fills {@code length} bytes of {@code dst} from {@code offset} on. */
  void fill(byte[] dst, int offset, int length);

  /** Returns 32 uniformly random bits, as session indices need them. */
  int nextInt();

  /** Returns the operating system's generator, the only source fit for keys. */
  static RandomSource secure() {
    SecureRandom secureRandom = new SecureRandom();
    return new RandomSource() {
      @Override
      public void fill(byte[] dst, int offset, int length) {
        if (offset == 0 && length == dst.length) {
          secureRandom.nextBytes(dst);
          return;
        }
        byte[] bytes = new byte[length];
        secureRandom.nextBytes(bytes);
        System.arraycopy(bytes, 0, dst, offset, length);
        ConstantTime.wipe(bytes);
      }

      @Override
      public int nextInt() {
        return secureRandom.nextInt();
      }
    };
  }
}
