package dev.warren.embed;

import dev.warren.packet.owner.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer as it is to be, in the words of a configuration file.
 *
 * @param publicKey 44 characters of base64
 * @param presharedKey the same, or null for none
 * @param endpoint {@code HOST:PORT} or {@code [IPV6]:PORT}; null where the peer calls us
 * @param keepaliveSeconds how often a silent connection is kept open, 0 for never
 * @param allowedIps the prefixes that are reached through the peer
 */
@Immutable
public record PeerSettings(
    String publicKey,
    @Nullable String presharedKey,
    @Nullable String endpoint,
    int keepaliveSeconds,
    List<String> allowedIps) {
  public PeerSettings {
    allowedIps = List.copyOf(allowedIps);
  }

  /** A peer that calls us. */
  public static PeerSettings of(String publicKey, String... allowedIps) {
    return new PeerSettings(publicKey, null, null, 0, List.of(allowedIps));
  }

  /** The same peer at this {@code HOST:PORT}. */
  public PeerSettings at(String newEndpoint) {
    return new PeerSettings(publicKey, presharedKey, newEndpoint, keepaliveSeconds, allowedIps);
  }

  /** The same peer with a preshared key. */
  public PeerSettings withPresharedKey(String newKey) {
    return new PeerSettings(publicKey, newKey, endpoint, keepaliveSeconds, allowedIps);
  }

  /** The same peer, kept open every so many seconds. */
  public PeerSettings withKeepalive(int seconds) {
    return new PeerSettings(publicKey, presharedKey, endpoint, seconds, allowedIps);
  }

  /** Without the preshared key. */
  @Override
  public String toString() {
    return "PeerSettings[" + publicKey + ", " + endpoint + ", " + allowedIps + "]";
  }
}
