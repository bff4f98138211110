package dev.warren.cli.daemon;

import dev.warren.packet.Endpoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the name of one peer's endpoint is to be resolved again.
 *
 * <p>That is when no handshake has succeeded for so long that no keypair can be left, and something
 * is sent all the same: then it is not answered. A peer that nobody talks to is left alone, and so
 * is one that answers, wherever it roamed to. Resolutions are 20 s apart at first, then ever rarer,
 * up to five minutes.
 *
 * <p>An endpoint that changes without anything being received was set by the operator, who knows
 * better than the name; from then on the name counts no more.
 *
 * <p><b>Units:</b> nanoseconds; handshakes since the epoch, rates by a monotonic clock.
 *
 * <p><b>Owner:</b> the thread that looks.
 *
 * <p><b>Source:</b> whitepaper §6.1: no message is sent with a keypair older than
 * REJECT_AFTER_TIME.
 */
final class SilentPeer {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private @Nullable Endpoint endpoint;
  private long txBytes;
  private long rxBytes;
  private boolean seen;
  private boolean overruled;
  private boolean paused;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long notBeforeNanos;

  /** Takes a look; whether the name is to be resolved now. */
  boolean look(PeerView view, long epochNanos, long nanos) {
    Endpoint before = endpoint;
    Endpoint after = view.endpoint();
    boolean moved = before != null && (after == null || !before.sameRemote(after));
    if (seen && moved && view.rxBytes() == rxBytes) {
      overruled = true;
    }
    boolean sending = view.txBytes() > txBytes;
    seen = true;
    endpoint = after;
    txBytes = view.txBytes();
    rxBytes = view.rxBytes();
    if (!view.isStale(epochNanos)) {
      paused = false;
      pauseNanos = FIRST_PAUSE_NANOS;
      return false;
    }
    if (overruled || !sending || (paused && nanos - notBeforeNanos < 0)) {
      return false;
    }
    paused = true;
    notBeforeNanos = nanos + pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return true;
  }

  /** Says that the endpoint was set by its name. */
  void moved(Endpoint to) {
    endpoint = to;
  }
}
