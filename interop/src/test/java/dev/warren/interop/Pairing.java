package dev.warren.interop;

import dev.warren.interop.host.Implementation;
import java.util.List;

/**
 * Who stands on which side of a tunnel. The first one starts the traffic and so the handshake,
 * unless a scenario says otherwise.
 *
 * <p>{@code WARREN_INTEROP=wireguard-go} in the environment puts wireguard-go on every side: that
 * checks the scenarios themselves.
 */
record Pairing(Implementation first, Implementation second) {

  private static final boolean CHECKS_SCENARIOS =
      "wireguard-go".equals(System.getenv("WARREN_INTEROP"));

  /** The implementation under test; its launcher is asked once, and builds what is not built. */
  static Implementation subject() {
    if (CHECKS_SCENARIOS) {
      return Implementation.WIREGUARD_GO;
    }
    if (!Implementation.warrenRuns()) {
      throw new IllegalStateException("./warren run --help fails; these tests are about Warren");
    }
    return Implementation.WARREN;
  }

  /** Warren with itself, and with wireguard-go on either side. */
  static List<Pairing> all() {
    Pairing same = new Pairing(subject(), subject());
    return CHECKS_SCENARIOS
        ? List.of(same)
        : List.of(
            same,
            new Pairing(Implementation.WARREN, Implementation.WIREGUARD_GO),
            new Pairing(Implementation.WIREGUARD_GO, Implementation.WARREN));
  }

  @Override
  public String toString() {
    return first + " to " + second;
  }
}
