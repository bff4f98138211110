package dev.warren.config.proxy;

import dev.warren.packet.owner.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A proxy's file. The text of it has no secret.
 *
 * @param tunnelText the tunnel's part, as {@code wg-quick} takes it; has keys in it
 * @param include the file that has the tunnel's part instead, null for this one
 * @param services what to serve, in the order of the file
 * @param alive whom to ping
 * @param preference which addresses come first
 */
@Immutable
public record ProxyFile(
    String tunnelText,
    @Nullable String include,
    List<ProxyService> services,
    AliveCheck alive,
    Preference preference) {
  public ProxyFile {
    services = List.copyOf(services);
  }

  /** This file with the tunnel of another: the one that it includes. */
  public ProxyFile withTunnelOf(ProxyFile included) {
    return new ProxyFile(included.tunnelText, null, services, included.alive, preference);
  }

  @Override
  public String toString() {
    return "ProxyFile[" + services + "]";
  }
}
