package dev.warren.embed;

import dev.warren.packet.owner.Immutable;
import java.util.List;
import java.util.Map;

/**
 * A tunnel at one moment.
 *
 * @param name its name
 * @param publicKey its own, in base64
 * @param listenPort the UDP port that it listens on
 * @param peers in the order they were added
 * @param drops how many packets went no further, by reason; without those that did not happen
 */
@Immutable
public record TunnelStatus(
    String name,
    String publicKey,
    int listenPort,
    List<PeerStatus> peers,
    Map<String, Long> drops) {
  public TunnelStatus {
    peers = List.copyOf(peers);
    drops = Map.copyOf(drops);
  }
}
