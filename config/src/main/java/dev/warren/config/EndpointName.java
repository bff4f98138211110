package dev.warren.config;

import dev.warren.packet.owner.Immutable;

/**
 * Where a peer is, as it was written and not yet resolved.
 *
 * @param host a name, or a numeric address without brackets
 * @param service a port, or the name of a UDP service
 * @param text the whole, as it was written
 */
@Immutable
public record EndpointName(String host, String service, String text) {
  @Override
  public String toString() {
    return text;
  }
}
