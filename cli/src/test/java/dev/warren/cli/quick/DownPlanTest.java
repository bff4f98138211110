package dev.warren.cli.quick;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.linux.route.Route;
import dev.warren.linux.route.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DownPlanTest {
  private static Rule at(int priority, Rule rule) {
    return new Rule(
        rule.v6(),
        priority,
        rule.inverted(),
        rule.mark(),
        rule.table(),
        rule.suppressedLength(),
        rule.plain());
  }

  private static List<Rule> rules(int... tables) {
    List<Rule> rules = new ArrayList<>();
    int priority = 30_000;
    for (int table : tables) {
      rules.add(at(priority++, Rule.mainWithoutDefault(false)));
      rules.add(at(priority++, Rule.unlessMarked(false, table, table)));
    }
    rules.add(new Rule(false, 32766, false, 0, Route.MAIN_TABLE, Rule.NOTHING_SUPPRESSED, true));
    return rules;
  }

  private static List<String> shown(List<Step> steps) {
    return steps.stream().map(Step::shown).toList();
  }

  @Test
  void takesItsOwnRules() {
    assertEquals(
        List.of(
            "ip -4 rule delete not fwmark 7 table 7",
            "ip -4 rule delete table main suppress_prefixlength 0"),
        shown(DownPlan.rules(rules(7), List.of(7))));
  }

  @Test
  void leavesAnotherInterfaceItsRules() {
    assertEquals(
        List.of(
            "ip -4 rule delete not fwmark 7 table 7",
            "ip -4 rule delete table main suppress_prefixlength 0"),
        shown(DownPlan.rules(rules(8, 7), List.of(7))));
  }

  @Test
  void takesNothingTwice() {
    assertEquals(List.of(), shown(DownPlan.rules(rules(8), List.of(7))));
    assertEquals(List.of(), shown(DownPlan.rules(rules(), List.of(7))));
  }

  @Test
  void orphansAreRulesToEmptyTables() {
    assertEquals(List.of(8), DownPlan.orphanTables(rules(8, 7), table -> table == 8));
  }

  @Test
  void iptablesRulesAreKnownByTheirComment() {
    String saved =
        """
        # Generated
        *raw
        :PREROUTING ACCEPT [0:0]
        -A PREROUTING -s 192.0.2.1/32 -j DROP
        -A PREROUTING ! -i wg0 -j DROP -m comment --comment "wg-quick(8) rule for wg0"
        -A PREROUTING ! -i wg01 -j DROP -m comment --comment "wg-quick(8) rule for wg01"
        COMMIT
        """;
    assertEquals(
        """
        *raw
        -D PREROUTING ! -i wg0 -j DROP -m comment --comment "wg-quick(8) rule for wg0"
        COMMIT
        """,
        FirewallRules.iptablesRemoval(saved, "wg0"));
    assertEquals("", FirewallRules.iptablesRemoval(saved, "wg1"));
  }
}
