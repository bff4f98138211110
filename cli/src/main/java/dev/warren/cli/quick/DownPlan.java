package dev.warren.cli.quick;

import dev.warren.config.InterfaceConfig;
import dev.warren.linux.LinuxException;
import dev.warren.linux.route.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps that take an interface down, whoever brought it up, in the order of wg-quick.
 *
 * <p><b>Source:</b> wg-quick(8).
 */
final class DownPlan {
  private DownPlan() {}

  /**
   * The rules that are to go with the interfaces whose tables these are: all that lead there, and
   * of those that keep packets to the main table's other routes as many as no other interface with
   * a default route needs.
   *
   * @param rules all rules of one family
   * @param tables the interfaces' own tables
   */
  static List<Step> rules(List<Rule> rules, List<Integer> tables) {
    List<Step> steps = new ArrayList<>();
    int needed = 0;
    for (Rule rule : rules) {
      if (tables.contains(rule.table())) {
        steps.add(RoutingSteps.removeRule(rule));
      } else if (rule.isLike(Rule.unlessMarked(rule.v6(), rule.table(), rule.table()))) {
        needed++;
      }
    }
    List<Rule> suppressing =
        rules.stream().filter(rule -> rule.isLike(Rule.mainWithoutDefault(rule.v6()))).toList();
    int unneeded = Math.max(0, suppressing.size() - needed);
    suppressing.stream().limit(unneeded).map(RoutingSteps::removeRule).forEach(steps::add);
    return steps;
  }

  /** Looks into routing tables. */
  @FunctionalInterface
  interface Tables {
    boolean isEmpty(int table) throws LinuxException;
  }

  /**
   * The tables that rules lead to and that are empty now: those of an interface that vanished.
   *
   * @param living the marks of interfaces that are there; one that is set down has an empty table
   */
  static List<Integer> orphanTables(List<Rule> rules, List<Integer> living, Tables tables)
      throws LinuxException {
    List<Integer> orphans = new ArrayList<>();
    for (Rule rule : rules) {
      int table = rule.table();
      if (rule.isLike(Rule.unlessMarked(rule.v6(), table, table))
          && !living.contains(table)
          && !orphans.contains(table)
          && tables.isEmpty(table)) {
        orphans.add(table);
      }
    }
    return orphans;
  }

  /** The steps that delete the interface, after what would fail without it. */
  static List<Step> link(String name, InterfaceConfig config, Facts.Resolver resolver) {
    List<Step> steps = new ArrayList<>();
    if (!config.dns().isEmpty() && resolver == Facts.Resolver.RESOLVECTL) {
      // Its settings are the link's own, and go with it.
      steps.add(NameServers.unset(name, resolver, name));
    }
    steps.add(RoutingSteps.deleteLink(name));
    return steps;
  }

  /** The steps after the interface is gone: its name servers and its firewall rules. */
  static List<Step> rest(String name, InterfaceConfig config, Facts.Resolver resolver) {
    List<Step> steps = new ArrayList<>();
    if (!config.dns().isEmpty() && resolver == Facts.Resolver.RESOLVCONF) {
      steps.add(NameServers.unset(name, resolver, NameServers.resolvconfName(name)));
    }
    steps.add(new Step("", host -> FirewallRules.remove(host, name, List.of(false, true))));
    return steps;
  }
}
