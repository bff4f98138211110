package dev.warren.protocol;

import dev.warren.packet.Thinning;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;

/**
 * Decides how much is let in of what is no transport data, so that a flood of it leaves room for
 * data in the socket's queue and on the device's thread.
 *
 * <p>Each kind is measured by itself over intervals of a tenth of a second: what came, divided by
 * the share that was let in, was offered. The first interval of a flood is over as soon as twice
 * the handshake queue came in it. From {@link #FLOOD_PER_SECOND} on so much is let in that about
 * {@link #TARGET_PER_SECOND} remain. The highest rate is remembered and halves about once a second,
 * so pauses in a flood win nothing, and it takes seconds of calm until all is let in again. Kinds
 * that are no flood come in whole: peers that have their cookie, and answers to our own
 * initiations, pass by a flood of initiations.
 *
 * <p>After a share fell steeply one interval is not measured: what the socket's queue held by then
 * had come in by the share before.
 *
 * <p><b>Units:</b> monotonic nanoseconds.
 */
@Confined("device")
public final class HandshakeFlood {
  static final long INTERVAL = Messages.SECOND / 10;

  /**
   * What a tunnel under traffic hardly feels, by measurement: each costs its cookie reply and, most
   * of the time, a turn of the device's thread.
   */
  static final int TARGET_PER_SECOND = 2_000;

  static final int FLOOD_PER_SECOND = 40_000;

  private static final int BURST = 2 * Messages.MAX_QUEUED_HANDSHAKES;
  private static final long SHORTEST = INTERVAL / 100;

  private static final double DECAY = 15.0 / 16;
  private static final double LEAST_SHARE = 1.0 / 4096;

  /** Changes of a share by less than this factor are not worth a new filter. */
  private static final double NOTABLE = 1.25;

  private static final double STEEP = 2;

  private final Counters counters;
  private final int[] arrived = new int[Thinning.KINDS];
  private final double[] offered = new double[Thinning.KINDS];
  private final double[] shares = new double[Thinning.KINDS];
  private boolean isThinning;
  private boolean settles;
  private int arrivedCount;
  private long sinceNanos;

  HandshakeFlood(Counters counters) {
    this.counters = counters;
    Arrays.fill(shares, 1);
  }

  /** One more came in. */
  void arrived(int kind) {
    arrived[kind]++;
    arrivedCount++;
  }

  /** Whether anything is kept out. */
  public boolean isThinning() {
    return isThinning;
  }

  /** The port lets everything in, whatever is said here: nothing is kept out then. */
  public void refused() {
    Arrays.fill(shares, 1);
    Arrays.fill(offered, 0);
    isThinning = false;
    settles = false;
  }

  /** What the port is to let in. */
  public Thinning thinning() {
    return new Thinning(shares);
  }

  /** How many messages a second are thought to be sent to us, transport data aside. */
  public long offeredPerSecond() {
    return Math.round(Arrays.stream(offered).sum());
  }

  /** When {@link #update} is to be called next; {@link Long#MAX_VALUE} for when something came. */
  public long nextNanos() {
    return isThinning ? sinceNanos + INTERVAL : Long.MAX_VALUE;
  }

  /** Ends an interval if it is time; answers whether {@link #thinning} changed. */
  public boolean update(long now) {
    long elapsed = now - sinceNanos;
    if (elapsed < (isThinning || arrivedCount < BURST ? INTERVAL : SHORTEST)) {
      return false;
    }
    boolean changed = false;
    boolean thins = false;
    boolean steep = false;
    for (int kind = 0; kind < Thinning.KINDS; kind++) {
      double before = shares[kind];
      double sent = settles ? arrived[kind] : arrived[kind] / before;
      counters.drop(DropReason.THINNED, Math.round(sent - arrived[kind]));
      arrived[kind] = 0;
      offered[kind] = Math.max(sent * Messages.SECOND / elapsed, offered[kind] * DECAY);
      double share = share(offered[kind], before < 1);
      if (share < before / NOTABLE || share > before * NOTABLE || (share == 1 && before < 1)) {
        shares[kind] = share;
        changed = true;
        steep |= share < before / STEEP;
      }
      thins |= shares[kind] < 1;
    }
    isThinning = thins;
    settles = steep;
    arrivedCount = 0;
    sinceNanos = now;
    return changed;
  }

  private static double share(double offered, boolean isFlood) {
    boolean floods = offered > (isFlood ? TARGET_PER_SECOND : FLOOD_PER_SECOND);
    return floods ? Math.max(TARGET_PER_SECOND / offered, LEAST_SHARE) : 1;
  }
}
