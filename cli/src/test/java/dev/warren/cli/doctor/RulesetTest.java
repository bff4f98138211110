package dev.warren.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.doctor.Facts.DropRule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesetTest {
  private static List<DropRule> read(String rules) {
    return Ruleset.read(rules, 51820, Set.of(7, 9));
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
  void commentsAreNoPartOfARule() {
    assertEquals(List.of(), read(input("drop", "udp dport 51820 accept comment \"wg\"")));
    String drops = "udp dport 51820 counter packets 5 bytes 740 drop comment \"not accept\"";
    assertEquals(drops, read(input("accept", drops)).getFirst().rule());
    assertEquals(List.of(), read(input("accept", "comment \"meta l4proto udp drop\"")));
    assertEquals(
        List.of(), read(input("accept", "udp dport 51820 log prefix \"would reject it\"")));
    assertFalse(
        read(input("drop", "tcp dport 22 accept comment \"ct state established jump x\""))
            .getFirst()
            .unaskedOnly());
  }

  @Test
  void chainsThatTakeAnswers() {
    for (String rule :
        List.of(
            "ct state established,related accept",
            "ct state established,related accept comment \"answers\"",
            "ct state vmap { invalid : drop, established : accept, related : accept }",
            "iif \"eth0\" ct state established accept",
            "ct state related,established counter packets 5 bytes 740 accept")) {
      List<DropRule> found = read(input("drop", rule));
      assertEquals(1, found.size(), rule);
      assertTrue(found.getFirst().unaskedOnly(), rule);
    }
    String dropped = "ct state vmap { established : drop, related : accept }";
    assertFalse(read(input("drop", dropped)).getFirst().unaskedOnly());
    assertEquals(List.of(), read(input("drop", "ct state established,new udp dport 51820 accept")));
  }

  @Test
  void chainsThatHandPacketsOn() {
    String chain = "\n\t}\n\tchain allowed {\n\t\tudp dport 51820 accept";
    for (String rule :
        List.of(
            "jump allowed",
            "goto allowed",
            "counter packets 5 bytes 740 jump allowed comment \"more\"",
            "iifname \"eth0\" jump allowed",
            "ct state vmap { established : accept, new : jump allowed }")) {
      assertEquals(List.of(), read(input("drop", rule + chain)), rule);
    }
    List<DropRule> found = read(input("drop", "log prefix \"jump \"" + chain));
    assertEquals(1, found.size(), "a prefix is no jump");
  }

  @Test
  void chainsThatDropTheRest() {
    assertEquals(1, read(input("drop")).size());
    assertFalse(read(input("drop")).getFirst().unaskedOnly());
    assertTrue(read(input("drop", "ct state established,related accept")).getFirst().unaskedOnly());
    assertEquals(List.of(), read(input("drop", "udp dport 51820 accept")));
    assertEquals(List.of(), read(input("drop", "udp dport { 53, 51820 } accept")));
    assertEquals(List.of(), read(input("accept")));
    assertEquals(List.of(), read(input("drop").replace("hook input", "hook forward")));
  }
}
