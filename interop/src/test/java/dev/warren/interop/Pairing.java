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

  /**
   * THE switch. While it is false and {@code ./warren run} does not exist, wireguard-go stands in
   * for Warren. Once it is true, a Warren that does not run fails every scenario.
   */
  private static final boolean WARREN_MUST_RUN = false;

  private static final boolean WARREN_RUNS =
      !"wireguard-go".equals(System.getenv("WARREN_INTEROP"))
          && (WARREN_MUST_RUN || Implementation.warrenRuns());

  /** The implementation under test. */
  static Implementation subject() {
    return WARREN_RUNS ? Implementation.WARREN : Implementation.WIREGUARD_GO;
  }

  /** Warren with itself, and with wireguard-go on either side. */
  static List<Pairing> all() {
    Pairing same = new Pairing(subject(), subject());
    return WARREN_RUNS
        ? List.of(
            same,
            new Pairing(Implementation.WARREN, Implementation.WIREGUARD_GO),
            new Pairing(Implementation.WIREGUARD_GO, Implementation.WARREN))
        : List.of(same);
  }

  /** Where one pairing with each other implementation is enough. */
  static List<Pairing> subjectFirst() {
    return all().stream().filter(pairing -> pairing.first().equals(subject())).toList();
  }

  @Override
  public String toString() {
    return first + " to " + second;
  }
}
