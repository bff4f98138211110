package dev.warren.sim;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Immutable;
import dev.warren.protocol.config.AllowedIpEdit;
import dev.warren.protocol.config.PeerChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One peer in a host's configuration file.
 *
 * @param publicKey who it is
 * @param allowedIps its prefixes
 * @param endpoint where it is, or null for one who comes to us
 * @param keepaliveSeconds the persistent keepalive, 0 for none
 * @param presharedKey the byte that the preshared key is made of, 0 for none
 */
@Immutable
public record PeerSettings(
    PublicKey publicKey,
    List<String> allowedIps,
    @Nullable Endpoint endpoint,
    int keepaliveSeconds,
    int presharedKey) {

  /** A host whose endpoint is known. */
  public static PeerSettings of(Host host, String allowedIp) {
    return new PeerSettings(host.publicKey(), List.of(allowedIp), host.endpoint(), 0, 0);
  }

  /** The same with one more prefix. */
  public PeerSettings also(String prefix) {
    List<String> more = new ArrayList<>(allowedIps);
    more.add(prefix);
    return new PeerSettings(publicKey, List.copyOf(more), endpoint, keepaliveSeconds, presharedKey);
  }

  /** The same with another endpoint, or none. */
  public PeerSettings at(@Nullable Endpoint newEndpoint) {
    return new PeerSettings(publicKey, allowedIps, newEndpoint, keepaliveSeconds, presharedKey);
  }

  /** The same with a persistent keepalive. */
  public PeerSettings keepalive(int seconds) {
    return new PeerSettings(publicKey, allowedIps, endpoint, seconds, presharedKey);
  }

  /** The same with a preshared key. */
  public PeerSettings presharedKey(int value) {
    return new PeerSettings(publicKey, allowedIps, endpoint, keepaliveSeconds, value);
  }

  PeerChange toChange() {
    PeerChange.Builder change = new PeerChange.Builder(publicKey);
    for (String prefix : allowedIps) {
      change.allowedIp(new AllowedIpEdit(Objects.requireNonNull(Prefix.parse(prefix)), false));
    }
    if (endpoint != null) {
      change.endpoint(endpoint);
    }
    change.persistentKeepalive(keepaliveSeconds);
    byte[] key = new byte[Secret.BYTES];
    key[0] = (byte) presharedKey;
    change.presharedKey(Secret.of(key, 0));
    return change.build();
  }
}
