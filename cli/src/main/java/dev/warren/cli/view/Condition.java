package dev.warren.cli.view;

import org.jspecify.annotations.Nullable;

/**
 * How a peer is, and why.
 *
 * @param state what it is called
 * @param reason in words
 */
public record Condition(State state, String reason) {
  /** Keys are dead after this time, so whoever talks has a younger handshake. */
  public static final long REJECT_AFTER_TIME_SECONDS = 180;

  /** The three things that a peer can be. */
  public enum State {
    /** Its keys are in use, or could be at once. */
    UP("up"),
    /** It was up. */
    STALE("stale"),
    /** There was no handshake since the daemon started or learned of it. */
    NEVER("never");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /**
   * Judges a peer.
   *
   * @param sending whether something was sent to it lately, as far as is known
   */
  static Condition of(Tunnel tunnel, Tunnel.Peer peer, boolean sending, long nowSeconds) {
    boolean ever = peer.handshakeSeconds() != 0;
    long age = nowSeconds - peer.handshakeSeconds();
    String endpoint = peer.endpoint();
    if (ever && age < 0) {
      return new Condition(State.UP, "the last handshake is in the future: the clock went back");
    }
    if (!tunnel.up()) {
      return new Condition(
          ever ? State.STALE : State.NEVER,
          "the interface is down: `ip link set " + tunnel.name() + " up'");
    }
    if (ever && age < REJECT_AFTER_TIME_SECONDS) {
      return new Condition(State.UP, endpoint == null ? "no known address" : "at " + endpoint);
    }
    String doctor = ": see `warren doctor " + tunnel.name() + "'";
    if (!ever) {
      return new Condition(State.NEVER, never(peer, endpoint, doctor));
    }
    if (sending || peer.persistentKeepalive() != 0) {
      return new Condition(
          State.STALE, "no answer for " + Words.span(age) + ", though we send" + doctor);
    }
    return new Condition(State.STALE, "idle since; the next packet makes a new handshake");
  }

  private static String never(Tunnel.Peer peer, @Nullable String endpoint, String doctor) {
    if (endpoint == null) {
      return "its address is not known here, so it must begin";
    }
    if (peer.sentBytes() == 0) {
      return "nothing was sent to " + endpoint + " yet";
    }
    return endpoint + " does not answer" + doctor;
  }
}
