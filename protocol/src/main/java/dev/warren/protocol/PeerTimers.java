package dev.warren.protocol;

import dev.warren.crypto.RandomSource;
import dev.warren.packet.owner.Confined;

/**
 * One peer's five timers.
 *
 * <ul>
 *   <li><b>retransmit handshake</b>: our initiation was not answered: send another, up to {@link
 *       Messages#MAX_TIMER_HANDSHAKES} more, then give up and drop what waits.
 *   <li><b>send keepalive</b>: we received data and sent nothing for {@link
 *       Messages#KEEPALIVE_TIMEOUT}: let the peer know that it arrives.
 *   <li><b>new handshake</b>: we sent data and heard nothing for that and {@link
 *       Messages#REKEY_TIMEOUT} more: the peer may have lost its keys.
 *   <li><b>zero key material</b>: no new keys for three times {@link Messages#REJECT_AFTER_TIME}:
 *       wipe all that is left.
 *   <li><b>persistent keepalive</b>: nothing authenticated passed either way for the interval that
 *       the user set.
 * </ul>
 *
 * <p>The event methods are called by the data path, once or more per packet: they write fields and
 * touch the heap only when a deadline comes nearer.
 *
 * <p><b>Units:</b> nanoseconds of the monotonic clock, which starts at no less than 0; {@link #OFF}
 * is never due.
 *
 * <p><b>Source:</b> whitepaper §6.2 to §6.5; kernel behaviour (which event sets which timer).
 */
@Confined("device")
final class PeerTimers {
  /** A deadline that is not set. */
  static final long OFF = Long.MAX_VALUE;

  /** A moment that has not been. */
  static final long NEVER = Long.MIN_VALUE;

  private final Peer peer;
  private final DeadlineHeap heap;
  private final RandomSource random;

  /** The heap's own fields: it keeps its bookkeeping here to need no map. */
  int heapSlot = -1;

  long heapNanos;

  private boolean enabled;
  private long retransmitHandshakeNanos = OFF;
  private long sendKeepaliveNanos = OFF;
  private long newHandshakeNanos = OFF;
  private long zeroKeyMaterialNanos = OFF;
  private long persistentKeepaliveNanos = OFF;
  private boolean needAnotherKeepalive;
  private boolean sentLastMinuteHandshake;
  private int handshakeAttempts;

  PeerTimers(Peer peer, DeadlineHeap heap, RandomSource random) {
    this.peer = peer;
    this.heap = heap;
    this.random = random;
  }

  /** What the timers set off; the device does it. */
  interface Actions {
    /** Sends an initiation, unless one was sent within {@link Messages#REKEY_TIMEOUT}. */
    void sendInitiation(Peer peer, long now);

    void sendKeepalive(Peer peer, long now);

    /** Nobody answered for {@link Messages#REKEY_ATTEMPT_TIME}. */
    void giveUpHandshake(Peer peer);

    void zeroKeyMaterial(Peer peer);
  }

  /** From now on events set timers. */
  void start() {
    enabled = true;
    handshakeAttempts = 0;
    sentLastMinuteHandshake = false;
    needAnotherKeepalive = false;
  }

  /** Stops all timers; events are ignored until {@link #start}. */
  void stop() {
    enabled = false;
    retransmitHandshakeNanos = OFF;
    sendKeepaliveNanos = OFF;
    newHandshakeNanos = OFF;
    zeroKeyMaterialNanos = OFF;
    persistentKeepaliveNanos = OFF;
    needAnotherKeepalive = false;
    heap.remove(this);
  }

  /** We sent data, keepalives not counted. */
  void dataSent(long now) {
    if (enabled && newHandshakeNanos == OFF) {
      newHandshakeNanos =
          schedule(now + Messages.KEEPALIVE_TIMEOUT + Messages.REKEY_TIMEOUT + jitter());
    }
  }

  /** We received data, keepalives not counted. */
  void dataReceived(long now) {
    if (!enabled) {
      return;
    }
    if (sendKeepaliveNanos == OFF) {
      sendKeepaliveNanos = schedule(now + Messages.KEEPALIVE_TIMEOUT);
    } else {
      needAnotherKeepalive = true;
    }
  }

  /** We sent any authenticated packet: that is as good as a keepalive. */
  void authenticatedPacketSent() {
    sendKeepaliveNanos = OFF;
  }

  /** We received any authenticated packet: the peer is there. */
  void authenticatedPacketReceived() {
    newHandshakeNanos = OFF;
  }

  /** Any authenticated packet passed, in either direction. */
  void authenticatedPacketTraversed(long now) {
    long interval = peer.persistentKeepaliveNanos();
    if (enabled && interval != 0) {
      persistentKeepaliveNanos = schedule(now + interval);
    }
  }

  /** The interval of the persistent keepalive was set; it counts from the next packet on. */
  void persistentKeepaliveChanged() {
    if (peer.persistentKeepaliveNanos() == 0) {
      persistentKeepaliveNanos = OFF;
    }
  }

  /** There was no key or no endpoint to send with: the persistent keepalive will ask again. */
  void unableToSend(long now) {
    authenticatedPacketTraversed(now);
  }

  /** An initiation was sent. */
  void handshakeInitiated(long now) {
    if (enabled) {
      retransmitHandshakeNanos = schedule(now + Messages.REKEY_TIMEOUT + jitter());
    }
  }

  /**
   * A handshake was wanted, but one of its messages went out too short a time ago, as our response
   * to an initiation that crossed ours: the next retry is for it. The kernel leaves it at that, and
   * what waits then waits for more traffic.
   */
  void handshakeTooEarly(long allowedNanos) {
    if (enabled && retransmitHandshakeNanos == OFF) {
      retransmitHandshakeNanos = schedule(allowedNanos + jitter());
    }
  }

  /**
   * The peer's initiation crossed ours, and each side forgot its own to answer the other's. Should
   * nothing come of either, one side has to begin alone: the other gives it time.
   */
  void handshakesCrossed(long allowedNanos, boolean givesWay) {
    if (enabled) {
      long wait = givesWay ? Messages.REKEY_TIMEOUT / 2 : 0;
      retransmitHandshakeNanos = schedule(allowedNanos + wait + jitter());
    }
  }

  /** Whether a handshake is under way and will be retried. */
  boolean isRetrying() {
    return retransmitHandshakeNanos != OFF;
  }

  /** A response was received, or our own was confirmed. */
  void handshakeComplete() {
    retransmitHandshakeNanos = OFF;
    handshakeAttempts = 0;
    sentLastMinuteHandshake = false;
  }

  /** New keys are there. */
  void sessionDerived(long now) {
    if (enabled) {
      zeroKeyMaterialNanos = schedule(now + 3 * Messages.REJECT_AFTER_TIME);
    }
  }

  /** Something other than a retry begins a handshake: the retries count from here. */
  void resetHandshakeAttempts() {
    handshakeAttempts = 0;
  }

  int handshakeAttempts() {
    return handshakeAttempts;
  }

  /** True the first time since the last handshake: renewing on receipt is tried once. */
  boolean takeLastMinuteHandshake() {
    boolean first = !sentLastMinuteHandshake;
    sentLastMinuteHandshake = true;
    return first;
  }

  /** Does what is due and waits for the next deadline. */
  void expire(Actions actions, long now) {
    if (retransmitHandshakeNanos <= now) {
      retransmitHandshakeNanos = OFF;
      retransmitHandshake(actions, now);
    }
    if (sendKeepaliveNanos <= now) {
      sendKeepaliveNanos = OFF;
      actions.sendKeepalive(peer, now);
      if (needAnotherKeepalive) {
        needAnotherKeepalive = false;
        sendKeepaliveNanos = now + Messages.KEEPALIVE_TIMEOUT;
      }
    }
    if (newHandshakeNanos <= now) {
      newHandshakeNanos = OFF;
      peer.forgetSource();
      handshakeAttempts = 0;
      actions.sendInitiation(peer, now);
    }
    if (zeroKeyMaterialNanos <= now) {
      zeroKeyMaterialNanos = OFF;
      actions.zeroKeyMaterial(peer);
    }
    if (persistentKeepaliveNanos <= now) {
      persistentKeepaliveNanos = OFF;
      if (peer.persistentKeepaliveNanos() != 0) {
        actions.sendKeepalive(peer, now);
      }
    }
    long next = nextNanos();
    if (next != OFF) {
      heap.schedule(this, next);
    }
  }

  private void retransmitHandshake(Actions actions, long now) {
    // 18 retries are REKEY_ATTEMPT_TIME; the kernel's own count lets one more through.
    if (handshakeAttempts >= Messages.MAX_TIMER_HANDSHAKES) {
      sendKeepaliveNanos = OFF;
      actions.giveUpHandshake(peer);
      if (zeroKeyMaterialNanos == OFF) {
        zeroKeyMaterialNanos = now + 3 * Messages.REJECT_AFTER_TIME;
      }
    } else {
      handshakeAttempts++;
      peer.forgetSource();
      actions.sendInitiation(peer, now);
    }
  }

  private long nextNanos() {
    return Math.min(
        Math.min(
            Math.min(retransmitHandshakeNanos, sendKeepaliveNanos),
            Math.min(newHandshakeNanos, zeroKeyMaterialNanos)),
        persistentKeepaliveNanos);
  }

  private long schedule(long nanos) {
    heap.schedule(this, nanos);
    return nanos;
  }

  private long jitter() {
    return Long.remainderUnsigned(
        Integer.toUnsignedLong(random.nextInt()), Messages.REKEY_TIMEOUT_JITTER_MAX + 1);
  }
}
