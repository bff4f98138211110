package dev.warren.cli.quick;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.quick.Facts.Resolver;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.Grammar;
import dev.warren.config.InterfaceConfig;
import dev.warren.linux.Errno;
import dev.warren.linux.LinuxException;
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
  void orphansAreRulesToEmptyTables() throws LinuxException {
    assertEquals(List.of(8), DownPlan.orphanTables(rules(8, 7), List.of(), table -> table == 8));
  }

  @Test
  void anInterfaceThatIsDownIsNoOrphan() throws LinuxException {
    assertEquals(List.of(7), DownPlan.orphanTables(rules(8, 7, 7), List.of(8, 0), table -> true));
  }

  @Test
  void whatCannotBeReadIsNotEmpty() {
    LinuxException refusal = new LinuxException("RTM_GETROUTE", Errno.ENOBUFS, "no");
    DownPlan.Tables unreadable =
        table -> {
          throw refusal;
        };
    assertSame(
        refusal,
        assertThrows(
            LinuxException.class, () -> DownPlan.orphanTables(rules(8), List.of(), unreadable)));
    assertFalse(FactFinder.isMissing(refusal));
    assertTrue(FactFinder.isMissing(new LinuxException("x", Errno.EAFNOSUPPORT, "no")));
    assertTrue(FactFinder.isMissing(new LinuxException("x", Errno.EOPNOTSUPP, "no")));
  }

  private static InterfaceConfig config(String settings) {
    return switch (ConfigParser.parse("[Interface]\n" + settings, Grammar.WG_QUICK, name -> -1)) {
      case ConfigResult.Good(Configuration good, var warnings) -> good.device();
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems);
    };
  }

  @Test
  void settingsOfTheLinkGoBeforeIt() {
    InterfaceConfig config = config("DNS = 10.0.0.53");
    assertEquals(
        List.of("resolvectl revert wg0", "ip link delete dev wg0"),
        shown(DownPlan.link("wg0", config, Resolver.RESOLVECTL)));
    assertEquals(List.of(""), shown(DownPlan.rest("wg0", config, Resolver.RESOLVECTL)));
    assertEquals(
        List.of("ip link delete dev wg0"),
        shown(DownPlan.link("wg0", config, Resolver.RESOLVCONF)));
    assertEquals("", shown(DownPlan.rest("wg0", config, Resolver.RESOLVCONF)).getLast());
    assertEquals(2, DownPlan.rest("wg0", config, Resolver.RESOLVCONF).size());
    assertEquals(
        List.of("ip link delete dev wg0"),
        shown(DownPlan.link("wg0", config(""), Resolver.RESOLVECTL)));
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
