package dev.warren.interop.host;

import java.util.List;

/**
 * What {@code wg show DEVICE dump} printed.
 *
 * <p><b>Shape:</b> lines of fields separated by tabs; the first is the interface, each further one
 * a peer. {@code (none)} and {@code off} stay as they are.
 */
public record InterfaceDump(
    String privateKey, String publicKey, int listenPort, String firewallMark, List<Peer> peers) {

  /** One peer's line. */
  public record Peer(
      String publicKey,
      String presharedKey,
      String endpoint,
      List<String> allowedIps,
      long latestHandshakeEpochSeconds,
      long receivedBytes,
      long sentBytes,
      String persistentKeepalive) {

    private static Peer parse(String line) {
      List<String> field = List.of(line.split("\t", -1));
      return new Peer(
          field.get(0),
          field.get(1),
          field.get(2),
          field.get(3).equals("(none)") ? List.of() : List.of(field.get(3).split(",", -1)),
          Long.parseLong(field.get(4)),
          Long.parseLong(field.get(5)),
          Long.parseLong(field.get(6)),
          field.get(7));
    }
  }

  static InterfaceDump parse(String text) {
    List<String> lines = text.lines().toList();
    List<String> field = List.of(lines.getFirst().split("\t", -1));
    return new InterfaceDump(
        field.get(0),
        field.get(1),
        Integer.parseInt(field.get(2)),
        field.get(3),
        lines.stream().skip(1).map(Peer::parse).toList());
  }

  /** The peer of this key; fails when there is none. */
  public Peer peer(String publicKey) {
    return peers.stream()
        .filter(peer -> peer.publicKey().equals(publicKey))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no peer " + publicKey + " in " + this));
  }
}
