package dev.warren.embed;

import dev.warren.config.EndpointName;
import dev.warren.config.Services;
import dev.warren.config.Values;
import dev.warren.crypto.PublicKey;
import dev.warren.embed.port.Addresses;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which peers' endpoints were given as names, and where the host's resolver says that those are.
 *
 * <p><b>Owner:</b> any thread; a look-up blocks for as long as the host's resolver does.
 */
@Shared
final class EndpointNames {
  /** Ports by number alone: no file is read. */
  static final Services NO_SERVICES = name -> -1;

  /** Finds the addresses of a host; none when it has none or cannot be asked. */
  @FunctionalInterface
  interface Resolver {
    List<InetAddress> resolve(String host);
  }

  private final Resolver resolver;
  private final Map<PublicKey, EndpointName> names = new ConcurrentHashMap<>();

  EndpointNames(Resolver resolver) {
    this.resolver = resolver;
  }

  /** What the host's own resolver says. */
  static List<InetAddress> ask(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  /** Remembers the endpoint of a peer, when it is a name. */
  void put(PublicKey peer, EndpointName name) {
    if (numeric(name) == null) {
      names.put(peer, name);
    } else {
      names.remove(peer);
    }
  }

  void remove(PublicKey peer) {
    names.remove(peer);
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  boolean has(PublicKey peer) {
    return names.containsKey(peer);
  }

  /** Where an endpoint is; null when that is not known now. */
  @Nullable Endpoint resolve(EndpointName name) {
    Endpoint numeric = numeric(name);
    List<Endpoint> found = numeric == null ? lookUp(name) : List.of(numeric);
    return found.isEmpty() ? null : found.getFirst();
  }

  /** Where the name of this peer leads; null where that is not known, or {@code old} as well. */
  @Nullable Endpoint elsewhere(PublicKey peer, @Nullable Endpoint old) {
    EndpointName name = names.get(peer);
    List<Endpoint> found = name == null ? List.of() : lookUp(name);
    if (found.isEmpty() || (old != null && found.stream().anyMatch(old::sameRemote))) {
      return null;
    }
    return found.getFirst();
  }

  private static @Nullable Endpoint numeric(EndpointName name) {
    String host = name.host();
    int port = Values.endpointPort(name.service(), NO_SERVICES);
    int percent = host.indexOf('%');
    IpAddress address = IpAddress.parse(percent < 0 ? host : host.substring(0, percent));
    if (address == null || port < 0) {
      return null;
    }
    int scope = 0;
    if (percent >= 0) {
      try {
        scope = InetAddress.ofLiteral(host) instanceof Inet6Address v6 ? v6.getScopeId() : 0;
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return new Endpoint(address, port, scope, null, 0);
  }

  private List<Endpoint> lookUp(EndpointName name) {
    int port = Values.endpointPort(name.service(), NO_SERVICES);
    List<Endpoint> found = new ArrayList<>();
    for (InetAddress address : resolver.resolve(name.host())) {
      IpAddress ours = Addresses.of(address);
      // A link-local address is nothing without a zone, and names have none.
      if (!ours.isLinkLocalV6()) {
        found.add(new Endpoint(ours, port));
      }
    }
    return found;
  }
}
