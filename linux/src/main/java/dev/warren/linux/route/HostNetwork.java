package dev.warren.linux.route;

import dev.warren.linux.Errno;
import dev.warren.linux.LinuxException;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network of the host (of the process's namespace): its interfaces, their addresses, its routes
 * and its rules.
 *
 * <p><b>Owner:</b> the thread that opened it.
 *
 * <p><b>Errors:</b> {@link LinuxException}: what could not be done and why, with the errno.
 *
 * <p><b>Source:</b> rtnetlink(7), RFC 3549.
 */
@Confined("opener")
public final class HostNetwork implements AutoCloseable {
  private final RouteSocket socket;

  private HostNetwork(RouteSocket socket) {
    this.socket = socket;
  }

  public static HostNetwork open() throws LinuxException {
    return new HostNetwork(RouteSocket.open());
  }

  // Interfaces.

  /** The interface of this name, or null. */
  public @Nullable Link link(String name) throws LinuxException {
    if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > Link.NAME_LIMIT_BYTES) {
      return null;
    }
    RouteMessage request =
        new RouteMessage("RTM_GETLINK", Link.RTM_GETLINK, 0, Link.BODY_BYTES)
            .attribute(Link.IFLA_IFNAME, name);
    try {
      return Link.read(socket.ask(request, "find the interface " + name));
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENODEV) {
        return null;
      }
      throw e;
    }
  }

  /** All interfaces. */
  public List<Link> links() throws LinuxException {
    return socket.list(
        new RouteMessage("RTM_GETLINK", Link.RTM_GETLINK, RouteMessage.NLM_F_DUMP, Link.BODY_BYTES),
        Link::read,
        "list the interfaces");
  }

  public void setUp(int index, boolean up) throws LinuxException {
    socket.change(
        Link.upRequest(index, up),
        () -> "set the interface " + nameOf(index) + (up ? " up" : " down"));
  }

  public void setMtu(int index, int mtu) throws LinuxException {
    socket.change(
        Link.mtuRequest(index, mtu),
        () -> "set the MTU " + mtu + " of the interface " + nameOf(index));
  }

  public void deleteLink(int index) throws LinuxException {
    socket.change(Link.deleteRequest(index), () -> "delete the interface " + nameOf(index));
  }

  // Addresses.

  /** All addresses of an interface, IPv4 ones first. */
  public List<AssignedAddress> addresses(int interfaceIndex) throws LinuxException {
    return socket
        .list(
            new RouteMessage(
                "RTM_GETADDR",
                AssignedAddress.RTM_GETADDR,
                RouteMessage.NLM_F_DUMP,
                AssignedAddress.BODY_BYTES),
            AssignedAddress::read,
            "list the addresses")
        .stream()
        .filter(address -> address.interfaceIndex() == interfaceIndex)
        .toList();
  }

  public void add(AssignedAddress address) throws LinuxException {
    socket.change(
        address.addRequest(), () -> "give " + address + " to " + nameOf(address.interfaceIndex()));
  }

  public void remove(AssignedAddress address) throws LinuxException {
    socket.change(
        address.removeRequest(),
        () -> "take " + address + " from " + nameOf(address.interfaceIndex()));
  }

  // Routes.

  /** All entries of a table; none for a table that does not exist. */
  public List<Route> routes(boolean v6, int table) throws LinuxException {
    try {
      return socket
          .list(
              Route.listRequest(v6, table),
              reply -> Route.isCached(reply) ? null : Route.read(reply),
              "list the routes of table " + table)
          .stream()
          // An old kernel lists all tables.
          .filter(route -> route.table() == table)
          .toList();
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        return List.of();
      }
      throw e;
    }
  }

  public void add(Route route) throws LinuxException {
    socket.change(route.addRequest(), () -> "add the route " + describe(route));
  }

  public void remove(Route route) throws LinuxException {
    socket.change(route.removeRequest(), () -> "remove the route " + describe(route));
  }

  /** The way that a packet to this destination with this mark (0 for none) would take. */
  public Route lookup(IpAddress destination, int mark) throws LinuxException {
    String what = "find a route to " + destination;
    Route route = Route.read(socket.ask(Route.lookupRequest(destination, mark), what));
    if (route == null) {
      throw new LinuxException("RTM_GETROUTE", Errno.EIO, "cannot " + what);
    }
    return route;
  }

  // Rules.

  /** All rules of a family, in their order. */
  public List<Rule> rules(boolean v6) throws LinuxException {
    return socket.list(Rule.listRequest(v6), Rule::read, "list the rules").stream()
        .filter(rule -> rule.v6() == v6)
        .toList();
  }

  public void add(Rule rule) throws LinuxException {
    socket.change(rule.addRequest(), () -> "add the rule for table " + rule.table());
  }

  public void remove(Rule rule) throws LinuxException {
    socket.change(rule.removeRequest(), () -> "remove the rule for table " + rule.table());
  }

  // For messages.

  private String nameOf(int index) {
    try {
      for (Link link : links()) {
        if (link.index() == index) {
          return link.name();
        }
      }
    } catch (LinuxException e) {
      // The message has the number, then.
    }
    return "number " + index;
  }

  private static String describe(Route route) {
    return route.destination()
        + (route.table() == Route.MAIN_TABLE ? "" : " in table " + route.table());
  }

  @Override
  public void close() {
    socket.close();
  }
}
