package dev.warren.cli.quick;

import dev.warren.cli.quick.Facts.Firewall;
import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.config.InterfaceConfig;
import dev.warren.config.RouteTable;
import dev.warren.linux.Errno;
import dev.warren.linux.LinuxException;
import dev.warren.linux.route.HostNetwork;
import dev.warren.linux.route.Link;
import dev.warren.linux.route.Route;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.protocol.uapi.EndpointText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a plan must know.
 *
 * <p><b>Source:</b> wg-quick(8): an MTU is the smallest of those of the ways to the endpoints, else
 * the default route's, else 1500; a table is the first empty one from 51820.
 */
final class FactFinder {
  static final int FIRST_TABLE = 51820;

  private static final int USUAL_MTU = 1500;

  private final Host host;
  private final InterfaceConfig config;
  private final InterfaceState state;
  private @Nullable List<Link> links;

  FactFinder(Host host, InterfaceConfig config, InterfaceState state) {
    this.host = host;
    this.config = config;
    this.state = state;
  }

  /**
   * Finds the facts for an interface that was just configured.
   *
   * @param table the number of the table that the file names, or 0
   */
  Facts find(int table) throws LinuxException {
    List<Prefix> allowedIps = allowedIps(state);
    boolean needsTable = state.fwmark() == 0 && hasDefaultRoute(config, allowedIps);
    return new Facts(
        state.fwmark(),
        allowedIps,
        config.mtu() == null ? outerMtu() : 0,
        table,
        needsTable ? freeTable() : 0,
        host.has("nft") ? Firewall.NFT : Firewall.IPTABLES,
        NameServers.resolver(host),
        NameServers.resolvconfName(state.name()),
        SourceValidMark.isOn());
  }

  static List<Prefix> allowedIps(InterfaceState state) {
    List<Prefix> prefixes = new ArrayList<>();
    for (PeerState peer : state.peers()) {
      for (String text : peer.allowedIps()) {
        Prefix prefix = Prefix.parse(text);
        if (prefix != null) {
          prefixes.add(prefix);
        }
      }
    }
    return prefixes;
  }

  /** Whether a default route is to be led around the tunnel's own packets. */
  static boolean hasDefaultRoute(InterfaceConfig config, List<Prefix> allowedIps) {
    RouteTable table = config.table();
    return (table == null || table.isAuto())
        && allowedIps.stream().anyMatch(prefix -> prefix.length() == 0);
  }

  private int outerMtu() throws LinuxException {
    HostNetwork network = host.network();
    int smallest = Integer.MAX_VALUE;
    for (PeerState peer : state.peers()) {
      IpAddress address = address(peer.endpoint());
      if (address != null) {
        try {
          int mtu = mtu(network.lookup(address, state.fwmark()));
          smallest = mtu == 0 ? smallest : Math.min(smallest, mtu);
        } catch (LinuxException e) {
          // It cannot be reached at present, so it does not say anything.
        }
      }
    }
    if (smallest == Integer.MAX_VALUE) {
      for (Route route : network.routes(false, Route.MAIN_TABLE)) {
        if (route.destination().length() == 0 && mtu(route) != 0) {
          smallest = mtu(route);
          break;
        }
      }
    }
    return smallest == Integer.MAX_VALUE ? USUAL_MTU : smallest;
  }

  /** The MTU of a way, or 0 when nothing says it. */
  private int mtu(Route route) throws LinuxException {
    if (route.mtu() != 0) {
      return route.mtu();
    }
    for (Link link : links()) {
      if (link.index() == route.interfaceIndex()) {
        return link.mtu();
      }
    }
    return 0;
  }

  /** All interfaces, listed once for however many peers. */
  private List<Link> links() throws LinuxException {
    List<Link> known = links;
    if (known == null) {
      known = host.network().links();
      links = known;
    }
    return known;
  }

  /** The address of an endpoint; null for none, or one with a zone. */
  static @Nullable IpAddress address(@Nullable String endpoint) {
    Endpoint parsed =
        endpoint == null || endpoint.indexOf('%') >= 0
            ? null
            : EndpointText.parse(endpoint, zone -> -1);
    return parsed == null ? null : parsed.address();
  }

  private int freeTable() throws LinuxException {
    int table = FIRST_TABLE;
    while (!isEmpty(host.network(), table)) {
      table++;
    }
    return table;
  }

  /** Whether a table has no routes of either family. */
  static boolean isEmpty(HostNetwork network, int table) throws LinuxException {
    return isEmpty(network, false, table) && isEmpty(network, true, table);
  }

  private static boolean isEmpty(HostNetwork network, boolean v6, int table) throws LinuxException {
    try {
      return network.routes(v6, table).isEmpty();
    } catch (LinuxException e) {
      if (isMissing(e)) {
        return true;
      }
      throw e;
    }
  }

  /** Whether it is that the kernel does not have the address family, or no rules for it. */
  static boolean isMissing(LinuxException refusal) {
    return refusal.errno() == Errno.EAFNOSUPPORT || refusal.errno() == Errno.EOPNOTSUPP;
  }
}
