package dev.warren.cli.quick;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.cli.quick.Facts.Firewall;
import dev.warren.cli.quick.Facts.Resolver;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.Grammar;
import dev.warren.packet.Prefix;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is done for a file, step by step, without doing it. */
class UpPlanTest {
  private static final String RESOLVCONF = "resolvconf -d wg0 -f";

  private static Configuration configuration(String settings) {
    String text = "[Interface]\n" + settings;
    return switch (ConfigParser.parse(text, Grammar.WG_QUICK, name -> -1)) {
      case ConfigResult.Good(Configuration good, var warnings) -> good;
      case ConfigResult.Bad(var problems) -> throw new AssertionError(problems);
    };
  }

  private static Facts facts(int mark, String... allowedIps) {
    return facts(mark, Firewall.NFT, Resolver.RESOLVCONF, 0, allowedIps);
  }

  private static Facts facts(
      int mark, Firewall firewall, Resolver resolver, int table, String... allowedIps) {
    List<Prefix> prefixes =
        Stream.of(allowedIps).map(text -> Objects.requireNonNull(Prefix.parse(text))).toList();
    return new Facts(mark, prefixes, 1500, table, 51823, firewall, resolver, "wg0", false);
  }

  private static void assertPlan(String settings, Facts facts, String... lines) {
    List<Step> steps = new UpPlan("wg0", configuration(settings).device(), facts).second();
    assertEquals(
        String.join("\n", lines), String.join("\n", steps.stream().map(Step::shown).toList()));
  }

  @Test
  void nothingSaid() {
    assertPlan("", facts(0), "ip link set mtu 1420 up dev wg0");
  }

  @Test
  void addressesMtuAndRoutesTheLongestFirst() {
    assertPlan(
        "Address = 10.0.0.1/24, fd00::1/64\nAddress = 10.1.0.1\nMTU = 1300\n",
        facts(0, "10.9.0.0/16", "fd09::/32", "10.8.0.0/16", "192.0.2.7/32"),
        "ip -4 address add 10.0.0.1/24 dev wg0",
        "ip -6 address add fd00::1/64 dev wg0",
        "ip -4 address add 10.1.0.1/32 dev wg0",
        "ip link set mtu 1300 up dev wg0",
        "ip -6 route add fd09::/32 dev wg0",
        "ip -4 route add 192.0.2.7/32 dev wg0",
        "ip -4 route add 10.9.0.0/16 dev wg0",
        "ip -4 route add 10.8.0.0/16 dev wg0");
  }

  @Test
  void connectedNetworksNeedNoRoute() {
    assertPlan(
        "Address = 10.0.0.1/24, 10.1.0.1/32, fd00::1/128",
        facts(0, "10.0.0.0/24", "10.0.0.7/32", "10.0.0.0/23", "10.1.0.1/32", "fd00::1/128"),
        "ip -4 address add 10.0.0.1/24 dev wg0",
        "ip -4 address add 10.1.0.1/32 dev wg0",
        "ip -6 address add fd00::1/128 dev wg0",
        "ip link set mtu 1420 up dev wg0",
        "ip -4 route add 10.1.0.1/32 dev wg0",
        "ip -4 route add 10.0.0.0/23 dev wg0");
  }

  @Test
  void tableOffHasNoRoutes() {
    assertPlan(
        "Table = off", facts(0, "0.0.0.0/0", "10.0.0.0/8"), "ip link set mtu 1420 up dev wg0");
  }

  @Test
  void numberedTableTakesRoutesAsTheyAre() {
    assertPlan(
        "Address = 10.0.0.1/24\nTable = 1234",
        facts(0, Firewall.NFT, Resolver.RESOLVCONF, 1234, "0.0.0.0/0", "10.0.0.0/24"),
        "ip -4 address add 10.0.0.1/24 dev wg0",
        "ip link set mtu 1420 up dev wg0",
        "ip -4 route add 10.0.0.0/24 dev wg0 table 1234",
        "ip -4 route add 0.0.0.0/0 dev wg0 table 1234");
  }

  private static final String NFT =
      "nft 'add table ip wg-quick-wg0;"
          + " add chain ip wg-quick-wg0 preraw { type filter hook prerouting priority -300; };"
          + " add chain ip wg-quick-wg0 premangle { type filter hook prerouting priority -150; };"
          + " add chain ip wg-quick-wg0 postmangle { type filter hook postrouting priority -150; };"
          + " add rule ip wg-quick-wg0 preraw iifname != \"wg0\" ip daddr 10.0.0.1"
          + " fib saddr type != local drop;"
          + " add rule ip wg-quick-wg0 postmangle meta l4proto udp mark %d ct mark set mark;"
          + " add rule ip wg-quick-wg0 premangle meta l4proto udp meta mark set ct mark'";

  @Test
  void defaultRouteGoesAroundTheTunnelsOwnPackets() {
    assertPlan(
        "Address = 10.0.0.1/32",
        facts(0, "0.0.0.0/0"),
        "ip -4 address add 10.0.0.1/32 dev wg0",
        "ip link set mtu 1420 up dev wg0",
        "wg set wg0 fwmark 51823",
        "ip -4 route add 0.0.0.0/0 dev wg0 table 51823",
        "ip -4 rule add not fwmark 51823 table 51823",
        "ip -4 rule add table main suppress_prefixlength 0",
        "sysctl -q net.ipv4.conf.all.src_valid_mark=1",
        NFT.formatted(51823));
  }

  @Test
  void aMarkThatIsSetIsAlsoTheTable() {
    assertPlan(
        "Address = 10.0.0.1/32\nFwMark = 77",
        facts(77, "0.0.0.0/0"),
        "ip -4 address add 10.0.0.1/32 dev wg0",
        "ip link set mtu 1420 up dev wg0",
        "ip -4 route add 0.0.0.0/0 dev wg0 table 77",
        "ip -4 rule add not fwmark 77 table 77",
        "ip -4 rule add table main suppress_prefixlength 0",
        "sysctl -q net.ipv4.conf.all.src_valid_mark=1",
        NFT.formatted(77));
  }

  @Test
  void bothFamiliesShareTheMark() {
    List<String> shown =
        new UpPlan("wg0", configuration("").device(), facts(0, "0.0.0.0/0", "::/0"))
            .second().stream().map(Step::shown).toList();
    assertEquals(1, shown.stream().filter(line -> line.startsWith("wg set")).count());
    assertEquals(1, shown.stream().filter(line -> line.startsWith("sysctl")).count());
    assertEquals(2, shown.stream().filter(line -> line.contains("suppress_prefixlength")).count());
    assertEquals(2, shown.stream().filter(line -> line.startsWith("nft")).count());
  }

  @Test
  void iptablesWhereThereIsNoNft() {
    Facts facts = facts(9, Firewall.IPTABLES, Resolver.RESOLVCONF, 0, "0.0.0.0/0");
    List<Step> steps =
        new UpPlan("wg0", configuration("Address = 10.0.0.1/32").device(), facts).second();
    String comment = " -m comment --comment \"wg-quick(8) rule for wg0\"\\n";
    assertEquals(
        "printf '*raw\\n-I PREROUTING ! -i wg0 -d 10.0.0.1 -m addrtype ! --src-type LOCAL -j DROP"
            + comment
            + "COMMIT\\n*mangle\\n-I POSTROUTING -m mark --mark 9 -p udp -j CONNMARK --save-mark"
            + comment
            + "-I PREROUTING -p udp -j CONNMARK --restore-mark"
            + comment
            + "COMMIT\\n' | iptables-restore -n",
        steps.getLast().shown());
  }

  @Test
  void nameServers() {
    assertPlan(
        "DNS = 10.0.0.53, example.com\nDNS = fd00::53, example.org",
        facts(0),
        "ip link set mtu 1420 up dev wg0",
        "printf 'nameserver 10.0.0.53\\nnameserver fd00::53\\nsearch example.com example.org\\n'"
            + " | resolvconf -a wg0 -m 0 -x");
    assertPlan(
        "DNS = 10.0.0.53, example.com",
        facts(0, Firewall.NFT, Resolver.RESOLVECTL, 0),
        "ip link set mtu 1420 up dev wg0",
        "resolvectl dns wg0 10.0.0.53",
        "resolvectl domain wg0 ~. example.com");
    // As wg-quick: domains alone change nothing.
    assertPlan("DNS = example.com", facts(0), "ip link set mtu 1420 up dev wg0");
  }

  @Test
  void hooksKnowTheInterface() {
    Configuration config =
        configuration("PreUp = one %i\nPostUp = two %i %i\nPostUp = three\nPreDown = four");
    Step start = new Step("start", host -> {});
    Step configure = new Step("configure", host -> {});
    assertEquals(
        List.of("one wg0", "start", "configure"),
        UpPlan.first("wg0", config.device(), start, configure).stream().map(Step::shown).toList());
    assertEquals(
        List.of("ip link set mtu 1420 up dev wg0", "two wg0 wg0", "three"),
        new UpPlan("wg0", config.device(), facts(0)).second().stream().map(Step::shown).toList());
  }

  @Test
  void whatTheInterfaceDoesNotTakeWithItIsUndone() {
    List<String> undone =
        new UpPlan("wg0", configuration("DNS = 10.0.0.53").device(), facts(0, "0.0.0.0/0"))
            .second().stream().map(Step::undo).filter(Objects::nonNull).map(Step::shown).toList();
    assertEquals(
        List.of(
            RESOLVCONF,
            "ip -4 rule delete not fwmark 51823 table 51823",
            "ip -4 rule delete table main suppress_prefixlength 0",
            "sysctl -q net.ipv4.conf.all.src_valid_mark=0",
            ""),
        undone);
  }
}
