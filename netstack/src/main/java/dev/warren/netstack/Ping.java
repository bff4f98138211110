package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import org.jspecify.annotations.Nullable;

/**
 * One echo request and what became of it.
 *
 * <p><b>Owner:</b> {@link #cancel} any thread; the events come on the device's thread, one of them,
 * once.
 */
@Shared
public final class Ping extends Attentive {
  /** How a ping ends. Called on the device's thread; must return at once. */
  public interface Events {
    /** The reply came. */
    void replied(long rttNanos);

    /** There is none, and why in words. */
    void failed(String why);
  }

  final IpAddress remote;
  final int payloadBytes;
  final long timeoutNanos;

  private final Events events;
  private final Pings pings;
  private volatile boolean cancelled;

  // The device's thread's.
  int identifierAndSequence;
  long sentNanos;
  @Nullable IpAddress source;
  private boolean started;
  private boolean done;

  Ping(IpAddress remote, int payloadBytes, long timeoutNanos, Events events, Pings pings) {
    this.remote = remote;
    this.payloadBytes = payloadBytes;
    this.timeoutNanos = timeoutNanos;
    this.events = events;
    this.pings = pings;
  }

  /** Stops waiting; no event comes any more, but one that is under way. */
  public void cancel() {
    cancelled = true;
    pings.attention.add(this);
  }

  @Override
  void attend(long nowNanos) {
    if (cancelled) {
      done = true;
      pings.remove(this);
    } else if (!started) {
      started = true;
      pings.start(this, nowNanos);
    }
  }

  void replied(long nowNanos) {
    if (!done) {
      done = true;
      events.replied(nowNanos - sentNanos);
    }
  }

  void failed(String why) {
    if (!done) {
      done = true;
      events.failed(why);
    }
  }
}
