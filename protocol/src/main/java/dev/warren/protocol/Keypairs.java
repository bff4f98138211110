package dev.warren.protocol;

import dev.warren.packet.owner.Confined;
import org.jspecify.annotations.Nullable;

/**
 * A peer's keypairs: previous, current and next.
 *
 * <p>The initiator may use a new keypair at once: the response confirmed it. The responder keeps it
 * as {@code next}, and sends with {@code current}, until a first data message authenticates.
 *
 * <p><b>Source:</b> whitepaper §6.3 and kernel behaviour.
 */
@Confined("device")
final class Keypairs {
  private final IndexTable indices;
  private @Nullable Keypair previous;
  private @Nullable Keypair current;
  private @Nullable Keypair next;

  Keypairs(IndexTable indices) {
    this.indices = indices;
  }

  @Nullable Keypair current() {
    return current;
  }

  @Nullable Keypair previous() {
    return previous;
  }

  @Nullable Keypair next() {
    return next;
  }

  /** Takes in the keypair of a handshake that we initiated. */
  void addAsInitiator(Keypair keypair) {
    Keypair oldPrevious = previous;
    if (next != null && next.isOlderBy(Messages.REKEY_TIMEOUT, keypair)) {
      // Its initiator never got our response, and has tried again since.
      destroy(next);
      next = null;
    }
    if (next != null) {
      // Our response to their initiation crossed their response to ours: keep what they may use.
      previous = next;
      next = null;
      destroy(current);
    } else {
      previous = current;
    }
    destroy(oldPrevious);
    current = keypair;
  }

  /** Takes in the keypair of a handshake that the peer initiated. */
  void addAsResponder(Keypair keypair) {
    destroy(next);
    destroy(previous);
    previous = null;
    next = keypair;
  }

  /** A message authenticated with the keypair; true if that confirmed it and made it current. */
  boolean confirm(Keypair keypair) {
    if (keypair != next) {
      return false;
    }
    destroy(previous);
    previous = current;
    current = next;
    next = null;
    return true;
  }

  /** The device's own key changed: nothing more is sent with the old one's keypairs. */
  void expireSending() {
    if (current != null) {
      current.expireSending();
    }
    if (next != null) {
      next.expireSending();
    }
  }

  /** Forgets and wipes all. */
  void clear() {
    destroy(previous);
    destroy(current);
    destroy(next);
    previous = null;
    current = null;
    next = null;
  }

  private void destroy(@Nullable Keypair keypair) {
    if (keypair != null) {
      keypair.destroy(indices);
    }
  }
}
