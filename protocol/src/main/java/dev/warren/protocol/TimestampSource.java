package dev.warren.protocol;

import dev.warren.packet.owner.Confined;

/**
 * Makes the TAI64N stamps of our initiations.
 *
 * <p>A stamp is whitened, so that it is no precise clock to an observer: its nanoseconds are
 * floored to a multiple of 2^24. Stamps never repeat and never go back within a run, however the
 * wall clock jumps: each is at least one step later than the one before, since a peer refuses any
 * that is not later than the last it saw.
 *
 * <p><b>Shape:</b> 8 bytes seconds (2^62 + 10 + epoch seconds), 4 bytes nanoseconds, big-endian.
 *
 * <p><b>Source:</b> TAI64N; whitepaper §5.1; kernel behaviour (whitening).
 */
@Confined("device")
final class TimestampSource {
  private static final long STEP_NANOS = 1L << 24;
  private static final long TAI_OFFSET = (1L << 62) + 10;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final WallClock clock;
  private long lastNanos = Long.MIN_VALUE;

  TimestampSource(WallClock clock) {
    this.clock = clock;
  }

  /** Writes the next stamp, 12 bytes. */
  void next(byte[] out) {
    long now = clock.epochNanos();
    if (lastNanos != Long.MIN_VALUE && now < lastNanos + STEP_NANOS) {
      now = lastNanos + STEP_NANOS;
    }
    lastNanos = floor(now);
    long seconds = TAI_OFFSET + Math.floorDiv(lastNanos, NANOS_PER_SECOND);
    int nanos = (int) Math.floorMod(lastNanos, NANOS_PER_SECOND);
    for (int i = 0; i < 8; i++) {
      out[i] = (byte) (seconds >>> (56 - 8 * i));
    }
    for (int i = 0; i < 4; i++) {
      out[8 + i] = (byte) (nanos >>> (24 - 8 * i));
    }
  }

  /** Floors the nanoseconds within their second, which is what other implementations do. */
  private static long floor(long epochNanos) {
    long nanos = Math.floorMod(epochNanos, NANOS_PER_SECOND);
    return epochNanos - nanos + (nanos & -STEP_NANOS);
  }
}
