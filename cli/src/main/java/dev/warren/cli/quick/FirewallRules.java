package dev.warren.cli.quick;

import dev.warren.cli.quick.Facts.Firewall;
import java.util.ArrayList;
import java.util.List;

/**
 * The firewall rules that a default route through the tunnel needs, by nft or by iptables.
 *
 * <p>They drop packets to the tunnel's addresses that did not come by it, since the loose reverse
 * path check that goes with such a route would let them in. And they keep the mark of the tunnel's
 * own packets with their connection, so that answers to them pass the reverse path check.
 *
 * <p>Names are those of wg-quick, so that each can remove what the other made: an nft table {@code
 * wg-quick-IF} a family, or iptables rules with a comment.
 *
 * <p><b>Source:</b> wg-quick(8) on Linux; nft(8), iptables-extensions(8).
 */
final class FirewallRules {
  private FirewallRules() {}

  private static String family(boolean v6) {
    return v6 ? "ip6" : "ip";
  }

  private static String table(boolean v6, String name) {
    return family(v6) + " wg-quick-" + name;
  }

  private static String comment(String name) {
    return "-m comment --comment \"wg-quick(8) rule for " + name + "\"";
  }

  /**
   * The step that sets up one family's rules.
   *
   * @param own the interface's addresses of that family
   */
  static Step add(Firewall firewall, String name, List<String> own, boolean v6, int mark) {
    Step remove = new Step("", host -> remove(host, name, List.of(v6)));
    if (firewall == Firewall.NFT) {
      String rules = nft(name, own, v6, mark);
      return new Step("nft '" + rules + "'", host -> host.run("nft", rules))
          .undoneEvenIfFailedBy(remove);
    }
    String restore = v6 ? "ip6tables-restore" : "iptables-restore";
    String rules = iptables(name, own, mark);
    String shown = "printf '" + rules.replace("\n", "\\n") + "' | " + restore + " -n";
    return new Step(shown, host -> host.feed(rules, restore, "-n")).undoneEvenIfFailedBy(remove);
  }

  static String nft(String name, List<String> own, boolean v6, int mark) {
    String family = family(v6);
    String table = table(v6, name);
    List<String> commands = new ArrayList<>();
    commands.add("add table " + table);
    commands.add(chain(table, "preraw", "prerouting", -300));
    commands.add(chain(table, "premangle", "prerouting", -150));
    commands.add(chain(table, "postmangle", "postrouting", -150));
    for (String address : own) {
      commands.add(
          "add rule %s preraw iifname != \"%s\" %s daddr %s fib saddr type != local drop"
              .formatted(table, name, family, address));
    }
    commands.add(
        "add rule %s postmangle meta l4proto udp mark %d ct mark set mark".formatted(table, mark));
    commands.add("add rule %s premangle meta l4proto udp meta mark set ct mark".formatted(table));
    return String.join("; ", commands);
  }

  private static String chain(String table, String name, String hook, int priority) {
    return "add chain %s %s { type filter hook %s priority %d; }"
        .formatted(table, name, hook, priority);
  }

  static String iptables(String name, List<String> own, int mark) {
    String comment = comment(name);
    StringBuilder rules = new StringBuilder("*raw\n");
    for (String address : own) {
      rules.append(
          "-I PREROUTING ! -i %s -d %s -m addrtype ! --src-type LOCAL -j DROP %s\n"
              .formatted(name, address, comment));
    }
    rules.append("COMMIT\n*mangle\n");
    rules.append(
        "-I POSTROUTING -m mark --mark %d -p udp -j CONNMARK --save-mark %s\n"
            .formatted(mark, comment));
    rules.append("-I PREROUTING -p udp -j CONNMARK --restore-mark %s\n".formatted(comment));
    return rules.append("COMMIT\n").toString();
  }

  /** Whether any such rules are there. */
  static boolean exist(Host host, String name) throws InterruptedException {
    for (boolean v6 : new boolean[] {false, true}) {
      if (hasTable(host, name, v6) || !iptablesRemoval(saved(host, v6), name).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Removes these families' rules, whichever tool made them; shows what it does. */
  static void remove(Host host, String name, List<Boolean> families)
      throws StepFailure, InterruptedException {
    List<String> commands = new ArrayList<>();
    for (boolean v6 : families) {
      if (hasTable(host, name, v6)) {
        commands.add("delete table " + table(v6, name));
      }
    }
    if (!commands.isEmpty()) {
      String all = String.join("; ", commands);
      host.show("nft '" + all + "'");
      host.run("nft", all);
    }
    for (boolean v6 : families) {
      String removal = iptablesRemoval(saved(host, v6), name);
      if (!removal.isEmpty()) {
        String restore = v6 ? "ip6tables-restore" : "iptables-restore";
        host.show("printf '" + removal.replace("\n", "\\n") + "' | " + restore + " -n");
        host.feed(removal, restore, "-n");
      }
    }
  }

  private static boolean hasTable(Host host, String name, boolean v6) throws InterruptedException {
    return host.has("nft") && host.succeeds("nft", "list", "table", family(v6), "wg-quick-" + name);
  }

  private static String saved(Host host, boolean v6) throws InterruptedException {
    String save = v6 ? "ip6tables-save" : "iptables-save";
    String saved = host.has(save) ? host.output(save) : null;
    return saved == null ? "" : saved;
  }

  /** Turns what {@code iptables-save} lists into the removal of our rules; empty for none. */
  static String iptablesRemoval(String saved, String name) {
    StringBuilder removal = new StringBuilder();
    boolean any = false;
    for (String line : saved.lines().toList()) {
      boolean ours = line.startsWith("-A ") && line.contains(comment(name));
      if (ours) {
        removal.append("-D").append(line, 2, line.length()).append('\n');
        any = true;
      } else if (line.startsWith("*") || line.equals("COMMIT")) {
        removal.append(line).append('\n');
      }
    }
    return any ? removal.toString() : "";
  }
}
