package dev.warren.netstack;

import dev.warren.packet.owner.Immutable;
import java.util.random.RandomGenerator;

/**
 * A keyed hash of a few numbers, which nobody without the key can predict.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Source:</b> Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012 (SipHash-2-4).
 */
@Immutable
final class SipHash {
  private final long key0;
  private final long key1;

  SipHash(RandomGenerator random) {
    this(random.nextLong(), random.nextLong());
  }

  SipHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The hash of these five words, of 40 bytes in little-endian order that is. */
  long of(long a, long b, long c, long d, long e) {
    State s = new State(key0, key1);
    s.word(a);
    s.word(b);
    s.word(c);
    s.word(d);
    s.word(e);
    s.word(40L << 56);
    return s.finish();
  }

  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long key0, long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    void word(long m) {
      v3 ^= m;
      round();
      round();
      v0 ^= m;
    }

    long finish() {
      v2 ^= 0xff;
      for (int i = 0; i < 4; i++) {
        round();
      }
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
