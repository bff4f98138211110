package dev.warren.cli.quick;

import dev.warren.config.InterfaceConfig;
import dev.warren.linux.route.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

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

  /** The rules that lead to tables that are empty now: those of an interface that vanished. */
  static List<Integer> orphanTables(List<Rule> rules, IntPredicate isEmpty) {
    return rules.stream()
        .filter(rule -> rule.isLike(Rule.unlessMarked(rule.v6(), rule.table(), rule.table())))
        .map(Rule::table)
        .distinct()
        .filter(isEmpty::test)
        .toList();
  }

  /** The steps after the interface is gone: its name servers and its firewall rules. */
  static List<Step> rest(String name, InterfaceConfig config, Facts.Resolver resolver) {
    List<Step> steps = new ArrayList<>();
    if (!config.dns().isEmpty()) {
      steps.add(NameServers.unset(name, resolver, NameServers.resolvconfName(name)));
    }
    steps.add(new Step("", host -> FirewallRules.remove(host, name, List.of(false, true))));
    return steps;
  }
}
