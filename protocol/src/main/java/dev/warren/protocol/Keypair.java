package dev.warren.protocol;

import dev.warren.crypto.Aead;
import dev.warren.packet.owner.Confined;

/**
 * The two transport keys that one handshake gave, their counters and their age.
 *
 * <p><b>Units:</b> counters are unsigned 64-bit numbers of messages.
 *
 * <p><b>Source:</b> whitepaper §5.4.5, §5.4.6, §6.2.
 */
@Confined("device")
final class Keypair implements IndexTable.Receiver {
  private final Peer peer;
  private final Aead sealing;
  private final Aead opening;
  private final boolean isInitiator;
  private final int localIndex;
  private final int remoteIndex;
  private final long createdNanos;
  private final ReplayWindow replayWindow = new ReplayWindow();
  private long sendCounter;

  Keypair(
      Peer peer,
      Aead sealing,
      Aead opening,
      boolean isInitiator,
      int localIndex,
      int remoteIndex,
      long createdNanos) {
    this.peer = peer;
    this.sealing = sealing;
    this.opening = opening;
    this.isInitiator = isInitiator;
    this.localIndex = localIndex;
    this.remoteIndex = remoteIndex;
    this.createdNanos = createdNanos;
  }

  Peer peer() {
    return peer;
  }

  Aead sealing() {
    return sealing;
  }

  Aead opening() {
    return opening;
  }

  ReplayWindow replayWindow() {
    return replayWindow;
  }

  int localIndex() {
    return localIndex;
  }

  int remoteIndex() {
    return remoteIndex;
  }

  long sendCounter() {
    return sendCounter;
  }

  /** Goes on counting from {@code value}; tests bring a keypair to its limits with it. */
  void sendCounter(long value) {
    sendCounter = value;
  }

  /** Seals no more; what the peer still sends with it is opened until it is too old. */
  void expireSending() {
    sendCounter = Messages.REJECT_AFTER_MESSAGES;
  }

  /** Whether it may still seal and open: neither too old nor, for sending, used up. */
  boolean isUsable(long now) {
    return now - createdNanos < Messages.REJECT_AFTER_TIME;
  }

  /** Whether it is at least so much older than another. */
  boolean isOlderBy(long nanos, Keypair other) {
    return other.createdNanos - createdNanos >= nanos;
  }

  /** Whether there is a counter left to send with. */
  boolean canCount() {
    return Long.compareUnsigned(sendCounter, Messages.REJECT_AFTER_MESSAGES) < 0;
  }

  /** Takes the next sending counter; only if {@link #canCount}. */
  long nextCounter() {
    assert canCount();
    return sendCounter++;
  }

  /** Whether sending with it calls for a new handshake. */
  boolean isStaleForSending(long now) {
    return Long.compareUnsigned(sendCounter, Messages.REKEY_AFTER_MESSAGES) > 0
        || (isInitiator && now - createdNanos >= Messages.REKEY_AFTER_TIME);
  }

  /** Whether receiving with it calls for a new handshake. */
  boolean isStaleForReceiving(long now) {
    return isInitiator && now - createdNanos >= Messages.REKEY_ON_RECEIVE_TIME;
  }

  /** Wipes the keys and takes the index back. */
  void destroy(IndexTable indices) {
    indices.remove(localIndex, this);
    sealing.close();
    opening.close();
  }
}
