package dev.warren.protocol;

import dev.warren.crypto.PublicKey;
import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Confined;
import org.jspecify.annotations.Nullable;

/**
 * One peer: who it is, where it is, and its part of every machinery.
 *
 * <p><b>Source:</b> whitepaper §2; the parts' own classes.
 */
@Confined("device")
final class Peer {
  private final PublicKey publicKey;
  private final Handshake handshake;
  private final Keypairs keypairs;
  private final PeerCookie cookie;
  private final StagedPackets staged;
  private final PeerTimers timers;

  private @Nullable Endpoint endpoint;
  private int persistentKeepaliveSeconds;
  private long lastSentHandshakeNanos = PeerTimers.NEVER;
  private long lastHandshakeEpochNanos;
  private long txBytes;
  private long rxBytes;

  Peer(PublicKey publicKey, Resources resources) {
    this.publicKey = publicKey;
    this.handshake = new Handshake(this, resources.x25519(), resources.random());
    this.keypairs = new Keypairs(resources.indices());
    this.cookie = new PeerCookie(publicKey);
    this.staged = new StagedPackets(resources.stagedBudget());
    this.timers = new PeerTimers(this, resources.deadlines(), resources.random());
  }

  PublicKey publicKey() {
    return publicKey;
  }

  Handshake handshake() {
    return handshake;
  }

  Keypairs keypairs() {
    return keypairs;
  }

  PeerCookie cookie() {
    return cookie;
  }

  StagedPackets staged() {
    return staged;
  }

  PeerTimers timers() {
    return timers;
  }

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  void endpoint(@Nullable Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Follows the peer to where an authenticated message came from. */
  void roam(@Nullable Endpoint from) {
    if (from != null) {
      endpoint = from;
    }
  }

  /** Lets the kernel choose the way out again. */
  void forgetSource() {
    if (endpoint != null) {
      endpoint = endpoint.withoutSource();
    }
  }

  int persistentKeepaliveSeconds() {
    return persistentKeepaliveSeconds;
  }

  long persistentKeepaliveNanos() {
    return persistentKeepaliveSeconds * Messages.SECOND;
  }

  void persistentKeepaliveSeconds(int seconds) {
    persistentKeepaliveSeconds = seconds;
    timers.persistentKeepaliveChanged();
  }

  /** Whether the last handshake message went out long enough ago for another. */
  boolean maySendHandshake(long now) {
    return !hasSentHandshake() || now >= nextHandshakeNanos();
  }

  /** Whether a handshake message was sent since it last counted. */
  boolean hasSentHandshake() {
    return lastSentHandshakeNanos != PeerTimers.NEVER;
  }

  /** When the next handshake message may go out; only if {@link #hasSentHandshake}. */
  long nextHandshakeNanos() {
    return lastSentHandshakeNanos + Messages.REKEY_TIMEOUT;
  }

  void sentHandshake(long now) {
    lastSentHandshakeNanos = now;
  }

  void resetLastSentHandshake() {
    lastSentHandshakeNanos = PeerTimers.NEVER;
  }

  long lastHandshakeEpochNanos() {
    return lastHandshakeEpochNanos;
  }

  void lastHandshakeEpochNanos(long nanos) {
    lastHandshakeEpochNanos = nanos;
  }

  long txBytes() {
    return txBytes;
  }

  void addTxBytes(long bytes) {
    txBytes += bytes;
  }

  long rxBytes() {
    return rxBytes;
  }

  void addRxBytes(long bytes) {
    rxBytes += bytes;
  }
}
