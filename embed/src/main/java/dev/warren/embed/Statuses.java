package dev.warren.embed;

import dev.warren.embed.port.Addresses;
import dev.warren.engine.Engine;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Prefix;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.config.PeerSnapshot;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Snapshots as a program sees them. */
final class Statuses {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private Statuses() {}

  static PeerStatus of(PeerSnapshot peer) {
    return of(peer, peer.endpoint());
  }

  static PeerStatus of(PeerSnapshot peer, @Nullable Endpoint endpoint) {
    long handshake = peer.lastHandshakeEpochNanos();
    return new PeerStatus(
        peer.publicKey().toString(),
        endpoint == null
            ? null
            : new InetSocketAddress(Addresses.of(endpoint.address()), endpoint.port()),
        handshake == 0
            ? null
            : Instant.ofEpochSecond(handshake / NANOS_PER_SECOND, handshake % NANOS_PER_SECOND),
        peer.rxBytes(),
        peer.txBytes(),
        peer.persistentKeepalive(),
        peer.presharedKey() != null,
        peer.allowedIps().stream().map(Prefix::toString).toList());
  }

  static Map<String, Long> drops(Engine engine) {
    Map<String, Long> drops = new LinkedHashMap<>();
    for (DropReason reason : DropReason.values()) {
      long count = engine.counters().dropped(reason);
      if (count > 0) {
        drops.put(reason.name().toLowerCase(Locale.ROOT), count);
      }
    }
    return drops;
  }
}
