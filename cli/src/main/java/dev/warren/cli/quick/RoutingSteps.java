package dev.warren.cli.quick;

import dev.warren.cli.uapi.UapiSockets;
import dev.warren.config.InterfaceAddress;
import dev.warren.linux.Errno;
import dev.warren.linux.LinuxException;
import dev.warren.linux.route.AssignedAddress;
import dev.warren.linux.route.HostNetwork;
import dev.warren.linux.route.Link;
import dev.warren.linux.route.Route;
import dev.warren.linux.route.Rule;
import dev.warren.packet.Prefix;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Steps through netlink, each shown as the {@code ip} command that does the same.
 *
 * <p><b>Source:</b> ip-link(8), ip-address(8), ip-route(8), ip-rule(8).
 */
final class RoutingSteps {
  private static final long DAEMON_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private RoutingSteps() {}

  private static String ip(boolean v6) {
    return v6 ? "ip -6 " : "ip -4 ";
  }

  private static int index(HostNetwork network, String name) throws LinuxException {
    Link link = network.link(name);
    if (link == null) {
      throw new LinuxException("RTM_GETLINK", Errno.ENODEV, "the interface " + name + " is gone");
    }
    return link.index();
  }

  static Step addAddress(String name, InterfaceAddress address) {
    return new Step(
        ip(address.address().isV6()) + "address add " + address + " dev " + name,
        host ->
            host.network()
                .add(
                    new AssignedAddress(
                        index(host.network(), name), address.address(), address.length())));
  }

  static Step setMtuUp(String name, int mtu) {
    return new Step(
        "ip link set mtu " + mtu + " up dev " + name,
        host -> {
          int index = index(host.network(), name);
          host.network().setMtu(index, mtu);
          host.network().setUp(index, true);
        });
  }

  /**
   * Deletes the interface, if it is there, and waits a while for its daemon to leave: who goes up
   * again at once would otherwise find its socket in the way.
   */
  static Step deleteLink(String name) {
    return new Step(
        "ip link delete dev " + name,
        host -> {
          Link link = host.network().link(name);
          if (link != null) {
            host.network().deleteLink(link.index());
          }
          Path socket = Path.of(UapiSockets.DIRECTORY, name + ".sock");
          long end = System.nanoTime() + DAEMON_LIMIT_NANOS;
          while (Files.exists(socket, LinkOption.NOFOLLOW_LINKS) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
          }
        });
  }

  static Step addRoute(String name, Prefix destination, int table) {
    String suffix = table == Route.MAIN_TABLE ? "" : " table " + table;
    return new Step(
        ip(destination.isV6()) + "route add " + destination + " dev " + name + suffix,
        host -> host.network().add(new Route(destination, table, index(host.network(), name))));
  }

  static Step addRule(Rule rule) {
    return new Step(ip(rule.v6()) + "rule add " + words(rule), host -> host.network().add(rule))
        .undoneBy(removeRule(rule));
  }

  /** Removes a rule; one that is gone already is no failure. */
  static Step removeRule(Rule rule) {
    return new Step(
        ip(rule.v6()) + "rule delete " + words(rule),
        host -> {
          try {
            host.network().remove(rule);
          } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
              throw e;
            }
          }
        });
  }

  private static String words(Rule rule) {
    StringBuilder words = new StringBuilder();
    if (rule.inverted()) {
      words.append("not ");
    }
    if (rule.mark() != 0) {
      words.append("fwmark ").append(Integer.toUnsignedString(rule.mark())).append(' ');
    }
    String table = Integer.toUnsignedString(rule.table());
    words.append("table ").append(rule.table() == Route.MAIN_TABLE ? "main" : table);
    if (rule.suppressedLength() != Rule.NOTHING_SUPPRESSED) {
      words.append(" suppress_prefixlength ").append(rule.suppressedLength());
    }
    return words.toString();
  }
}
