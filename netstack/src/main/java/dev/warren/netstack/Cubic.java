package dev.warren.netstack;

import dev.warren.packet.owner.Confined;

/**
 * How much may be under way.
 *
 * <p><b>Units:</b> bytes, nanoseconds.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 9438 (CUBIC: C = 0.4, beta = 0.7, fast convergence, the Reno-friendly
 * region), RFC 5681 (slow start), RFC 6928 (the initial window), RFC 3465 (counting bytes).
 */
@Confined("device")
final class Cubic {
  private static final double C = 0.4;
  private static final double BETA = 0.7;
  private static final double SECOND = 1e9;

  private int mss;
  private double window;
  private double threshold = Double.MAX_VALUE;
  private double windowMax;
  private double reno;
  private double plateauSeconds;
  private long epochNanos = -1;

  Cubic(int mss) {
    mss(mss);
    window = Math.min(10 * mss, Math.max(2 * mss, 14_600));
  }

  void mss(int newMss) {
    mss = newMss;
    window = Math.max(window, newMss); // One segment may always leave.
  }

  int window() {
    return (int) Math.min(window, 1 << 30);
  }

  int threshold() {
    return (int) Math.min(threshold, 1 << 30);
  }

  boolean isSlowStart() {
    return window < threshold;
  }

  /** Data was acknowledged outside of recovery, while the window was in use. */
  void acknowledged(int bytes, long now, RoundTrip trip) {
    if (isSlowStart()) {
      window += Math.min(bytes, 64 * mss);
      return;
    }
    if (epochNanos < 0) {
      epochNanos = now;
      reno = window;
      if (window < windowMax) {
        plateauSeconds = Math.cbrt((windowMax - window) / mss / C);
      } else {
        plateauSeconds = 0;
        windowMax = window;
      }
    }
    double rtt = Math.max(trip.smoothed(), 1) / SECOND;
    double t = (now - epochNanos) / SECOND;
    double ahead = t + rtt - plateauSeconds;
    double target = windowMax + C * ahead * ahead * ahead * mss;
    target = Math.min(Math.max(target, window), 1.5 * window);
    reno += 3 * (1 - BETA) / (1 + BETA) * bytes / window * mss;
    if (reno > target) {
      window = Math.max(window, reno);
    } else {
      window += (target - window) / window * bytes;
    }
  }

  /** A segment was lost; once per window. */
  void lost(int underWay) {
    epochNanos = -1;
    windowMax = window < windowMax ? window * (1 + BETA) / 2 : window;
    threshold = Math.max(Math.min(window, underWay) * BETA, 2 * mss);
    window = threshold;
  }

  /** Nothing came back in time. */
  void timedOut(int underWay) {
    epochNanos = -1;
    windowMax = window;
    threshold = Math.max(underWay * BETA, 2 * mss);
    window = mss;
  }

  /** Nor did what was sent again then: the threshold stays (RFC 5681 §3.1, equation 4). */
  void timedOutAgain() {
    window = mss;
  }

  /** Nothing was sent for a timeout and more: what was known of the path is stale (RFC 5681). */
  void idle() {
    epochNanos = -1;
    threshold = Math.max(threshold, 0.75 * window);
    window = Math.min(window, 10 * mss);
  }
}
