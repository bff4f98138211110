package dev.warren.embed;

import dev.warren.packet.owner.Immutable;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer at one moment.
 *
 * @param publicKey in base64
 * @param endpoint where it is, if that is known
 * @param lastHandshake when a handshake last succeeded, null for never
 * @param receivedBytes bytes of authentic messages received from it
 * @param sentBytes bytes of messages sent to it
 * @param keepaliveSeconds the interval, 0 for none
 * @param hasPresharedKey whether a preshared key is mixed in
 * @param allowedIps its prefixes
 */
@Immutable
public record PeerStatus(
    String publicKey,
    @Nullable InetSocketAddress endpoint,
    @Nullable Instant lastHandshake,
    long receivedBytes,
    long sentBytes,
    int keepaliveSeconds,
    boolean hasPresharedKey,
    List<String> allowedIps) {
  public PeerStatus {
    allowedIps = List.copyOf(allowedIps);
  }
}
