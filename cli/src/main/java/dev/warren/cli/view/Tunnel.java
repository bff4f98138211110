package dev.warren.cli.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One interface at one moment, as far as the view shows it. No secrets.
 *
 * @param name the interface's name
 * @param up whether the interface is set up
 * @param publicKey its public key, or null for none
 * @param listenPort the UDP port, 0 for none
 * @param fwmark the mark of outgoing datagrams, 0 for none
 * @param peers in the daemon's order
 * @param trouble why its daemon did not tell, or null; then the rest is empty
 */
record Tunnel(
    String name,
    boolean up,
    @Nullable String publicKey,
    int listenPort,
    int fwmark,
    List<Peer> peers,
    @Nullable String trouble) {

  /** An interface whose daemon does not answer. */
  static Tunnel mute(String name, String trouble) {
    return new Tunnel(name, false, null, 0, 0, List.of(), trouble);
  }

  /**
   * One peer.
   *
   * @param publicKey its name to the machine
   * @param name its name to a person, or null
   * @param handshakeSeconds since the epoch, 0 for never
   * @param persistentKeepalive seconds, 0 for off
   */
  record Peer(
      String publicKey,
      @Nullable String name,
      @Nullable String endpoint,
      List<String> allowedIps,
      long handshakeSeconds,
      long receivedBytes,
      long sentBytes,
      int persistentKeepalive) {}
}
