package dev.warren.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Measures a native engine in a JVM that has only just started.
 *
 * <p>There a packet's time is mostly Java's: a call that is not compiled yet takes microseconds,
 * and ten nanoseconds later on. So what calls cost cannot be measured now, and need not be: the
 * fewer, the better. What bytes cost can, as it depends on the processor and on how the library was
 * built: by messages so long that the calls no longer matter. The least of a few is taken, as
 * another process may have had the processor in between.
 *
 * <p>The messages are longer than packets on purpose, so the result is not the time of a packet: a
 * kernel with wide vectors needs kilobytes to come into its own. On a processor with AVX-512,
 * OpenSSL took 4.8 µs for 16 KiB and BoringSSL 7.4, but 890 ns for 1420 bytes and BoringSSL 835.
 *
 * <p><b>Owner:</b> any thread.
 */
final class Calibration {

  static final int MESSAGE_BYTES = 65_536;

  private static final int MESSAGES = 8;

  private Calibration() {}

  /** Returns the nanoseconds that a message of {@link #MESSAGE_BYTES} takes. */
  static long messageNanos(AeadEngine engine) {
    long least = Long.MAX_VALUE;
    try (Arena arena = Arena.ofConfined();
        Aead aead = engine.create(new byte[Aead.KEY_BYTES], 0)) {
      MemorySegment memory = arena.allocate(MESSAGE_BYTES + Aead.TAG_BYTES, 64);
      for (int i = 0; i < MESSAGES; i++) {
        long start = System.nanoTime();
        aead.seal(i, memory, 0, MESSAGE_BYTES);
        least = Math.min(least, System.nanoTime() - start);
      }
    }
    return least;
  }
}
