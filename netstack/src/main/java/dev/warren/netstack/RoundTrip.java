package dev.warren.netstack;

import dev.warren.packet.owner.Confined;

/**
 * The retransmission timeout.
 *
 * <p><b>Units:</b> nanoseconds.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 6298; its minimum of a second is 200 ms here, as in every system in use.
 */
@Confined("device")
final class RoundTrip {
  private static final long MILLI = 1_000_000;
  private static final long INITIAL = 1000 * MILLI;
  private static final long LEAST = 200 * MILLI;
  private static final long MOST = 60_000 * MILLI;
  private static final int MAX_SHIFT = 12;

  private long smoothed;
  private long variation;
  private int backOff;

  void sample(long nanos) {
    long sample = Math.max(nanos, 1);
    if (smoothed == 0) {
      smoothed = sample;
      variation = sample / 2;
    } else {
      variation += (Math.abs(smoothed - sample) - variation) / 4;
      smoothed += (sample - smoothed) / 8;
    }
    backOff = 0;
  }

  /** Twice as long from now on, until the next sample (Karn) or {@link #restart}. */
  void backOff() {
    backOff = Math.min(backOff + 1, MAX_SHIFT);
  }

  /** What waited was a window, not the network. */
  void restart() {
    backOff = 0;
  }

  /** The SYN was sent more than once, and nothing measured (RFC 6298 §5.7, with 2 s for its 3). */
  void openedLate() {
    backOff = Math.min(backOff, 1);
  }

  long timeout() {
    long base = smoothed == 0 ? INITIAL : smoothed + Math.max(4 * variation, MILLI);
    return Math.min(Math.max(base, LEAST) << backOff, MOST);
  }

  /** 0 when nothing was measured. */
  long smoothed() {
    return smoothed;
  }
}
