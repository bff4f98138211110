package dev.warren.linux.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.linux.Errno;
import dev.warren.linux.LinuxException;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What {@code ip} says after we changed something, and what we say after {@code ip} did. */
@HostTest(commands = "ip", tun = false)
@Timeout(60)
class HostNetworkTest {
  /** A scenario in a namespace with a veth pair, d0 and d1. */
  private interface Scenario {
    void run(HostNetwork network, int index) throws Exception;
  }

  private static void in(Scenario scenario) throws Exception {
    PrivateNetwork.run(
        () -> {
          ip("link add d0 type veth peer name d1");
          ip("link set d1 up");
          try (HostNetwork network = HostNetwork.open()) {
            scenario.run(network, Objects.requireNonNull(network.link("d0")).index());
          }
        });
  }

  private static String ip(String arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(("ip " + arguments).split(" ")).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), arguments + ": " + output);
    return output.strip();
  }

  private static IpAddress address(String text) {
    return Objects.requireNonNull(IpAddress.parse(text), text);
  }

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text), text);
  }

  private static LinuxException refused(int errno, Executable change) {
    LinuxException refusal = assertThrows(LinuxException.class, change);
    assertEquals(errno, refusal.errno(), refusal.getMessage());
    return refusal;
  }

  @Test
  void links() throws Exception {
    in(
        (network, index) -> {
          assertEquals(
              List.of("lo", "d1", "d0"), network.links().stream().map(Link::name).toList());
          assertNull(network.link("d2"));
          assertNull(network.link(""));
          assertNull(network.link("a-name-too-long-for-linux"));
          assertEquals(new Link(index, "d0", false, 1500, "veth"), network.link("d0"));
          network.setUp(index, true);
          network.setMtu(index, 1280);
          assertEquals(new Link(index, "d0", true, 1280, "veth"), network.link("d0"));
          assertTrue(ip("link show d0").contains("mtu 1280"));
          network.setUp(index, false);
          assertFalse(Objects.requireNonNull(network.link("d0")).up());
          network.deleteLink(index);
          assertNull(network.link("d0"));
          refused(Errno.ENODEV, () -> network.deleteLink(index));
          assertEquals(
              "cannot set the interface number "
                  + index
                  + " up: there is no such interface (RTM_NEWLINK: ENODEV)",
              refused(Errno.ENODEV, () -> network.setUp(index, true)).getMessage());
        });
  }

  @Test
  void addresses() throws Exception {
    in(
        (network, index) -> {
          AssignedAddress v4 = new AssignedAddress(index, address("10.1.2.3"), 24);
          AssignedAddress v6 = new AssignedAddress(index, address("fd01::3"), 64);
          network.add(v4);
          network.add(v6);
          assertEquals(List.of(v4, v6), network.addresses(index));
          assertEquals("fd01::/64", v6.network().toString());
          String said = ip("address show dev d0");
          assertTrue(said.contains("inet 10.1.2.3/24 scope global d0"), said);
          assertTrue(said.contains("inet6 fd01::3/64 scope global"), said);
          LinuxException again = refused(Errno.EEXIST, () -> network.add(v4));
          assertTrue(
              String.valueOf(again.getMessage()).startsWith("cannot give 10.1.2.3/24 to d0: "));
          network.remove(v4);
          refused(Errno.EADDRNOTAVAIL, () -> network.remove(v4));
          assertEquals(List.of(v6), network.addresses(index));
          int loopback = Objects.requireNonNull(network.link("lo")).index();
          network.setUp(loopback, true);
          assertEquals(
              List.of(
                  new AssignedAddress(loopback, address("127.0.0.1"), 8, false),
                  new AssignedAddress(loopback, address("::1"), 128, true)),
              network.addresses(loopback));
        });
  }

  @Test
  void routesAreThoseOfIp() throws Exception {
    in(
        (network, index) -> {
          network.add(new AssignedAddress(index, address("10.1.2.3"), 24));
          network.add(new AssignedAddress(index, address("fd01::3"), 64));
          network.setUp(index, true);
          for (String text : List.of("10.9.0.0/16", "0.0.0.0/0", "fd09::/32", "::/0")) {
            for (int table : new int[] {Route.MAIN_TABLE, 77, 51820}) {
              assertRouteIsThatOfIp(network, new Route(prefix(text), table, index));
            }
          }
          Route nowhere = new Route(prefix("10.9.0.0/16"), 77, index, address("192.0.2.1"), 0);
          LinuxException refusal = refused(Errno.ENETUNREACH, () -> network.add(nowhere));
          assertEquals(
              "cannot add the route 10.9.0.0/16 in table 77: Nexthop has invalid gateway"
                  + " (RTM_NEWROUTE: ENETUNREACH)",
              refusal.getMessage());
        });
  }

  private static void assertRouteIsThatOfIp(HostNetwork network, Route route) throws Exception {
    boolean v6 = route.destination().isV6();
    String family = v6 ? "-6 " : "-4 ";
    UnaryOperator<String> which =
        word -> family + "route " + word + route.destination() + " table " + route.table();
    assertFalse(network.routes(v6, route.table()).contains(route));
    ip(which.apply("add ") + " dev d0");
    String wanted = ip("-d " + which.apply("show "));
    assertTrue(network.routes(v6, route.table()).contains(route));
    ip(which.apply("del "));
    network.add(route);
    assertEquals(wanted, ip("-d " + which.apply("show ")));
    refused(Errno.EEXIST, () -> network.add(route));
    network.remove(route);
    refused(Errno.ESRCH, () -> network.remove(route));
    assertEquals("", ip("route show table all " + route.destination() + " dev d0 proto boot"));
  }

  @Test
  void tableThatDoesNotExistIsEmpty() throws Exception {
    in(
        (network, index) -> {
          assertEquals(List.of(), network.routes(false, 51820));
          assertEquals(List.of(), network.routes(true, 51820));
        });
  }

  @Test
  void wayToADestination() throws Exception {
    in(
        (network, index) -> {
          ip("address add 10.1.2.3/24 dev d0");
          ip("link set d0 up");
          ip("route add 192.0.2.0/24 via 10.1.2.1 mtu 1300");
          Route direct = network.lookup(address("10.1.2.9"), 0);
          assertEquals(index, direct.interfaceIndex());
          assertNull(direct.gateway());
          assertEquals(0, direct.mtu());
          Route behind = network.lookup(address("192.0.2.7"), 0);
          assertEquals(address("10.1.2.1"), behind.gateway());
          assertEquals(1300, behind.mtu());
          refused(Errno.ENETUNREACH, () -> network.lookup(address("198.51.100.1"), 0));
          ip("address add fd01::3/64 dev d0 nodad");
          ip("route add fd02::/64 via fd01::1 mtu 1300");
          assertEquals(index, network.lookup(address("fd01::9"), 0).interfaceIndex());
          assertEquals(1300, network.lookup(address("fd02::9"), 7).mtu());
          assertEquals(address("fd01::1"), network.lookup(address("fd02::9"), 0).gateway());
          // With a mark another table may hold it.
          ip("route add 198.51.100.0/24 dev d1 table 9");
          ip("rule add fwmark 5 table 9");
          assertEquals(
              Objects.requireNonNull(network.link("d1")).index(),
              network.lookup(address("198.51.100.1"), 5).interfaceIndex());
          refused(Errno.ENETUNREACH, () -> network.lookup(address("198.51.100.1"), 0));
        });
  }

  @Test
  void rulesAreThoseOfIp() throws Exception {
    in(
        (network, index) -> {
          for (boolean v6 : new boolean[] {false, true}) {
            String family = v6 ? "-6 " : "-4 ";
            String before = ip("-d " + family + "rule show");
            ip(family + "rule add not fwmark 51820 table 51820");
            ip(family + "rule add table main suppress_prefixlength 0");
            String wanted = ip("-d " + family + "rule show");
            List<Rule> read = network.rules(v6);
            Rule marked = Rule.unlessMarked(v6, 51820, 51820);
            Rule suppressing = Rule.mainWithoutDefault(v6);
            assertTrue(read.stream().anyMatch(marked::isLike), read.toString());
            assertTrue(read.stream().anyMatch(suppressing::isLike), read.toString());
            for (Rule rule : read) {
              if (rule.isLike(marked) || rule.isLike(suppressing)) {
                network.remove(rule);
              }
            }
            assertEquals(before, ip("-d " + family + "rule show"));
            network.add(marked);
            network.add(suppressing);
            assertEquals(wanted, ip("-d " + family + "rule show"));
            network.remove(marked);
            network.remove(suppressing);
            assertEquals(before, ip("-d " + family + "rule show"));
            refused(Errno.ENOENT, () -> network.remove(marked));
          }
        });
  }

  @Test
  void longListsComeWhole() throws Exception {
    in(
        (network, index) -> {
          network.setUp(index, true);
          for (int i = 0; i < 3000; i++) {
            Prefix destination = Prefix.of(IpAddress.v4((11 << 24) + i));
            network.add(new Route(destination, 77, index));
          }
          assertEquals(3000, network.routes(false, 77).size());
          assertNotNull(network.link("d0"));
        });
  }
}
