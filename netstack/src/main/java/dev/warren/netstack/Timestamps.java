package dev.warren.netstack;

import dev.warren.packet.owner.Confined;

/**
 * A connection's timestamps: ours, which come back and measure round trips, and the other side's,
 * by which segments of the past are known.
 *
 * <p><b>Shape:</b> milliseconds modulo 2^32 on the wire, ours from an offset that is secret.
 *
 * <p><b>Units:</b> nanoseconds otherwise.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 7323 §4 and §5.
 */
@Confined("device")
final class Timestamps {
  private static final long MILLI = 1_000_000;

  /** No round trip is longer; what says so echoes something else. */
  private static final long LONGEST_MILLIS = 600_000;

  /** After so long without news the other side's clock may have come round (§5.5). */
  private static final long STALE_NANOS = 24L * 86_400_000 * MILLI;

  /** Whether both sides send them; until the other side's SYN is here, whether we offer them. */
  boolean used;

  private int offset;
  private int recent;
  private long recentSinceNanos;

  void begin(int newOffset) {
    offset = newOffset;
  }

  /** Takes what the other side's SYN says. */
  void learn(TcpOptions syn, long now) {
    used = syn.hasTimestamp;
    recent = syn.timestamp;
    recentSinceNanos = now;
  }

  /** Ours, to be sent now. */
  int value(long now) {
    return (int) (now / MILLI) + offset;
  }

  /** The one to be echoed. */
  int recent() {
    return recent;
  }

  /** Whether a segment is one of the past, whose sequence numbers came round since. */
  boolean isOld(TcpOptions options, long now) {
    return Sequence.before(options.timestamp, recent) && now - recentSinceNanos < STALE_NANOS;
  }

  /**
   * Takes note of the timestamp of a segment that passed every test; the tests come first, or
   * anyone could make all further segments look old.
   *
   * @param acknowledged what we acknowledged last: of segments that are acknowledged together, the
   *     first is echoed, so that the round trip includes our delay (§4.2)
   */
  void update(SegmentIn segment, int acknowledged, long now) {
    if (used
        && segment.options.hasTimestamp
        && Sequence.atMost(segment.sequence, acknowledged)
        && !isOld(segment.options, now)) {
      recent = segment.options.timestamp;
      recentSinceNanos = now;
    }
  }

  /** The round trip that an echo measures, or -1. */
  long roundTripNanos(TcpOptions options, long now) {
    if (!used || !options.hasTimestamp || options.echo == 0) {
      return -1;
    }
    long millis = (value(now) - options.echo) & 0xffff_ffffL;
    return millis > LONGEST_MILLIS ? -1 : Math.max(millis * MILLI, 1);
  }
}
