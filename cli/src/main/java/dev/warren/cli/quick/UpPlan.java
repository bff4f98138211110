package dev.warren.cli.quick;

import dev.warren.config.InterfaceAddress;
import dev.warren.config.InterfaceConfig;
import dev.warren.config.RouteTable;
import dev.warren.linux.route.Route;
import dev.warren.linux.route.Rule;
import dev.warren.packet.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The steps that bring an interface up, in the order of wg-quick.
 *
 * <p>The plan is made in two halves. The first needs nothing but the file; the second also facts of
 * the host that the first may change: a PreUp hook may set up the very network that endpoints are
 * reached by.
 *
 * <p>A default route in the main table would lead the tunnel's own packets into the tunnel. So it
 * goes into a table of its own, which all packets look into that have not the tunnel's mark; before
 * that they look into the main table for everything that is not a default route.
 *
 * <p><b>Source:</b> wg-quick(8); "Routing &amp; Network Namespaces" on WireGuard's site.
 */
final class UpPlan {
  /** What an IPv6 header, a UDP header and WireGuard's own take of a packet. */
  private static final int OVERHEAD_BYTES = 80;

  /** As {@code sort -nr -k 2 -t /} orders them: the longest first, then the text backwards. */
  private static final Comparator<Prefix> LONGEST_FIRST =
      Comparator.comparingInt(Prefix::length).thenComparing(Prefix::toString).reversed();

  private final String name;
  private final InterfaceConfig config;
  private final Facts facts;
  private final int mark;

  UpPlan(String name, InterfaceConfig config, Facts facts) {
    this.name = name;
    this.config = config;
    this.facts = facts;
    this.mark = facts.mark() != 0 ? facts.mark() : facts.freeTable();
  }

  /** The first half: hooks, then the interface itself and what WireGuard is to know. */
  static List<Step> first(String name, InterfaceConfig config, Step start, Step configure) {
    List<Step> steps = new ArrayList<>(hooks(name, config.preUp()));
    steps.add(start);
    steps.add(configure);
    return steps;
  }

  /** The second half, from an interface that is there to one that works. */
  List<Step> second() {
    List<Step> steps = new ArrayList<>();
    config.addresses().forEach(address -> steps.add(RoutingSteps.addAddress(name, address)));
    steps.add(RoutingSteps.setMtuUp(name, mtu()));
    steps.addAll(NameServers.set(name, config, facts));
    steps.addAll(routes());
    steps.addAll(hooks(name, config.postUp()));
    return steps;
  }

  private int mtu() {
    Integer wished = config.mtu();
    return wished != null ? wished : facts.outerMtu() - OVERHEAD_BYTES;
  }

  static List<Step> hooks(String name, List<String> lines) {
    return lines.stream()
        .map(line -> line.replace("%i", name))
        .map(line -> new Step(line, host -> host.hook(line, name)))
        .toList();
  }

  private List<Step> routes() {
    RouteTable table = config.table();
    if (table != null && table.isOff()) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    boolean marked = facts.mark() != 0;
    for (Prefix prefix : facts.allowedIps().stream().distinct().sorted(LONGEST_FIRST).toList()) {
      if (table != null && !table.isAuto()) {
        steps.add(RoutingSteps.addRoute(name, prefix, facts.table()));
      } else if (prefix.length() == 0) {
        if (!marked) {
          steps.add(WireGuardSteps.setMark(name, mark));
          marked = true;
        }
        steps.addAll(defaultRoute(prefix));
      } else if (!isConnected(prefix)) {
        steps.add(RoutingSteps.addRoute(name, prefix, Route.MAIN_TABLE));
      }
    }
    return steps;
  }

  /** Whether the kernel has a route to it for one of the interface's addresses. */
  private boolean isConnected(Prefix prefix) {
    return config.addresses().stream()
        .map(InterfaceAddress::network)
        // An IPv4 address that is alone in its network has no route in the main table.
        .filter(network -> network.isV6() || network.length() < network.address().bits())
        .anyMatch(
            network -> network.length() <= prefix.length() && network.contains(prefix.address()));
  }

  private List<Step> defaultRoute(Prefix prefix) {
    boolean v6 = prefix.isV6();
    List<Step> steps = new ArrayList<>();
    steps.add(RoutingSteps.addRoute(name, prefix, mark));
    steps.add(RoutingSteps.addRule(Rule.unlessMarked(v6, mark, mark)));
    steps.add(RoutingSteps.addRule(Rule.mainWithoutDefault(v6)));
    if (!v6) {
      steps.add(SourceValidMark.turnOn(facts.marksCount()));
    }
    steps.add(FirewallRules.add(facts.firewall(), name, own(v6), v6, mark));
    return steps;
  }

  /** The interface's own addresses of a family. */
  private List<String> own(boolean v6) {
    return config.addresses().stream()
        .map(InterfaceAddress::address)
        .filter(address -> address.isV6() == v6)
        .map(Object::toString)
        .toList();
  }
}
