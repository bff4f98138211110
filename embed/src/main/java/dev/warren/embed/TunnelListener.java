package dev.warren.embed;

import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to a tunnel and its peers.
 *
 * <p><b>Owner:</b> called one call after another, on a thread that looks twice a second: it hears
 * of things so much later, and of several handshakes in between as of one.
 *
 * <p><b>Errors:</b> what it throws goes to the thread's handler of uncaught exceptions; it hears
 * the rest all the same.
 */
public interface TunnelListener {
  /** A handshake with this peer was completed. */
  default void handshake(PeerStatus peer) {}

  /** This peer is sent to and has not answered for so long that no key is left (3 minutes). */
  default void peerSilent(PeerStatus peer) {}

  /** The name of this peer's endpoint led somewhere else, where it is now sent to. */
  default void endpointMoved(PeerStatus peer) {}

  /**
   * The tunnel was closed, or stopped by itself.
   *
   * @param failure what it stopped of, null when it was closed
   */
  default void closed(@Nullable String failure) {}
}
