package dev.warren.embed;

import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Confined;
import dev.warren.protocol.config.PeerSnapshot;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a peer counts as silent, and when the name of its endpoint is to be resolved again.
 *
 * <p>That is when no handshake has succeeded for so long that no keypair can be left, and something
 * is sent all the same: then it is not answered. A peer that nobody talks to is left alone, and so
 * is one that answers, wherever it roamed to. Resolutions are 20 s apart at first, then ever rarer,
 * up to five minutes. A name that never resolved is asked for sooner, since nothing can be sent.
 *
 * <p>An endpoint that changes without anything being received was set by the program, which knows
 * better than the name; from then on the name counts no more.
 *
 * <p><b>Units:</b> nanoseconds; handshakes since the epoch, pauses by a monotonic clock.
 *
 * <p><b>Owner:</b> the thread that looks.
 *
 * <p><b>Source:</b> whitepaper §6.1: no message is sent with a keypair older than
 * REJECT_AFTER_TIME.
 */
@Confined("watch")
final class SilentPeer {
  private static final long REJECT_AFTER_TIME_NANOS = TimeUnit.SECONDS.toNanos(180);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long FIRST_UNRESOLVED_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private @Nullable Endpoint endpoint;
  private long txBytes;
  private long rxBytes;
  private long handshake;
  private boolean seen;
  private boolean overruled;
  private boolean paused;
  private boolean unanswered;
  private boolean told;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long notBeforeNanos;

  /** Takes a look; whether a name of it is to be resolved now. */
  boolean look(PeerSnapshot view, long epochNanos, long nanos) {
    Endpoint before = endpoint;
    Endpoint after = view.endpoint();
    boolean moved = before != null && (after == null || !before.sameRemote(after));
    if (seen && moved && view.rxBytes() == rxBytes) {
      overruled = true;
    }
    boolean sending = view.txBytes() > txBytes;
    boolean nowhere = after == null && before == null;
    if (!seen && nowhere) {
      pauseNanos = FIRST_UNRESOLVED_PAUSE_NANOS;
    }
    seen = true;
    endpoint = after;
    txBytes = view.txBytes();
    rxBytes = view.rxBytes();
    boolean stale = isStale(view, epochNanos);
    unanswered = stale && sending;
    if (!stale) {
      paused = false;
      told = false;
      pauseNanos = FIRST_PAUSE_NANOS;
      return false;
    }
    if (overruled || !(sending || nowhere) || (paused && nanos - notBeforeNanos < 0)) {
      return false;
    }
    paused = true;
    notBeforeNanos = nanos + pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return true;
  }

  /** Whether no keypair can be left. */
  static boolean isStale(PeerSnapshot view, long epochNanos) {
    long last = view.lastHandshakeEpochNanos();
    return last == 0 || epochNanos - last > REJECT_AFTER_TIME_NANOS;
  }

  /** After a look: whether it fell silent, said once. */
  boolean fellSilent() {
    boolean news = unanswered && !told;
    told |= unanswered;
    return news;
  }

  /** After a look: whether a handshake was completed since the one before. */
  boolean shookHands(PeerSnapshot view) {
    boolean news = view.lastHandshakeEpochNanos() != handshake;
    handshake = view.lastHandshakeEpochNanos();
    return news && handshake != 0;
  }

  /** Says that the endpoint was set by its name. */
  void moved(Endpoint to) {
    endpoint = to;
  }
}
