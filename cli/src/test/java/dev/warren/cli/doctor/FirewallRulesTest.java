package dev.warren.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.doctor.Facts.DropRule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FirewallRulesTest {
  private static List<DropRule> read(String rules) {
    return FirewallRules.read(rules, 51820, Set.of(7, 9));
  }

  private static String input(String policy, String... rules) {
    return "table inet filter {\n\tchain in {\n\t\ttype filter hook input priority filter; policy "
        + policy
        + ";\n\t\t"
        + String.join("\n\t\t", rules)
        + "\n\t}\n}\n";
  }

  @Test
  void rulesThatNameThePort() {
    for (String rule :
        List.of(
            "udp dport 51820 drop",
            "udp dport 51820 counter packets 5 bytes 740 drop",
            "udp dport { 53, 51820 } reject with icmpx port-unreachable",
            "udp dport 51000-52000 drop",
            "udp dport != 53 drop",
            "udp sport 7 drop",
            "meta l4proto udp drop")) {
      assertEquals(
          List.of(new DropRule("nft table inet filter, chain in (input)", rule, false)),
          read(input("accept", rule)),
          rule);
    }
    for (String rule :
        List.of(
            "udp dport 53 drop",
            "tcp dport 51820 drop",
            "udp dport 51820 accept",
            "udp dport domain drop",
            "iifname != \"wg0\" ip daddr 10.7.0.1 fib saddr type != local drop")) {
      assertEquals(List.of(), read(input("accept", rule)), rule);
    }
  }

  @Test
  void theOtherWay() {
    String output = input("accept", "udp dport 9 drop").replace("hook input", "hook output");
    assertEquals("udp dport 9 drop", read(output).getFirst().rule());
    assertEquals(List.of(), read(output.replace("dport 9", "dport 51820")));
  }

  @Test
  void chainsThatDropTheRest() {
    assertFalse(read(input("drop")).getFirst().unaskedOnly());
    assertTrue(read(input("drop", "ct state established,related accept")).getFirst().unaskedOnly());
    assertEquals(List.of(), read(input("drop", "udp dport 51820 accept")));
    assertEquals(List.of(), read(input("drop", "udp dport { 53, 51820 } accept")));
    assertEquals(List.of(), read(input("accept")));
    assertEquals(List.of(), read(input("drop").replace("hook input", "hook forward")));
  }
}
