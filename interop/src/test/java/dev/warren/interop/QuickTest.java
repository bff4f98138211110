package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.Running;
import dev.warren.interop.host.WireDatagram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tunnels set up by {@code warren up}, with traffic through them.
 *
 * <pre>
 *   here                                        there
 *   wgq   10.77.0.1  fd77::1                    wgq   10.77.0.2  fd77::2
 *   lo    10.1.0.1                              lo    10.2.0.1, 203.0.113.1, 2001:db8:7::1
 *   eth0  192.0.2.1  2001:db8::1  -- mtu 1400 --  eth0  192.0.2.2  2001:db8::2
 * </pre>
 */
@InteropTest
class QuickTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int PORT = 51820;

  private final Namespace here = Namespace.create();
  private final Namespace there = Namespace.create();
  private final Identity hereKeys = Identity.create();
  private final Identity thereKeys = Identity.create();
  private QuickHost quickHere;
  private QuickHost quickThere;

  @BeforeAll
  static void build() {
    Pairing.subject();
  }

  QuickTest() {
    Namespace.join(here, "eth0", there, "eth0");
    here.ip("link set eth0 mtu 1400");
    there.ip("link set eth0 mtu 1400");
    here.address("eth0", "192.0.2.1/24", "2001:db8::1/64");
    there.address("eth0", "192.0.2.2/24", "2001:db8::2/64");
    here.address("lo", "10.1.0.1/32");
    there.address("lo", "10.2.0.1/32", "203.0.113.1/32", "2001:db8:7::1/128");
    quickHere = new QuickHost(here);
    quickThere = new QuickHost(there);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private static String peer(Identity keys, String allowedIps, String endpoint) {
    return "[Peer]\nPublicKey = %s\nAllowedIPs = %s\nEndpoint = %s:%d\n"
        .formatted(keys.publicKey(), allowedIps, endpoint, PORT);
  }

  private static String device(Identity keys, String more) {
    return "[Interface]\nPrivateKey = %s\nListenPort = %d\n%s\n"
        .formatted(keys.privateKey(), PORT, more);
  }

  /** The other end, which lets anything through. */
  private void upThere(String allowedIps) {
    String text =
        device(thereKeys, "Address = 10.77.0.2/24, fd77::2/64")
            + peer(hereKeys, allowedIps, "192.0.2.1");
    quickThere.warren("up", quickThere.file(text)).orFail();
  }

  @Test
  void siteToSite() {
    String hereBefore = quickHere.state();
    String thereBefore = quickThere.state();
    upThere("10.77.0.1/32, fd77::1/128, 10.1.0.0/24");
    Path file =
        quickHere.file(
            device(hereKeys, "Address = 10.77.0.1/24\nAddress = fd77::1/64")
                + peer(thereKeys, "10.77.0.2/32, fd77::2/128, 10.2.0.0/24", "[2001:db8::2]"));
    quickHere.warren("up", file).orFail();
    assertTrue(here.ip("link show wgq").contains("mtu 1320"), "as the way to the endpoint has it");
    assertTrue(here.ip("route show dev wgq").contains("10.2.0.0/24"));
    Ping.awaitReply(here, "10.77.0.2", LIMIT);
    Ping.awaitReply(here, "fd77::2", LIMIT);
    Ping.Result result =
        Ping.run(here, "10.2.0.1", 5, Duration.ofMillis(50), List.of("-I", "10.1.0.1"));
    assertTrue(result.isWhole(5), result.toString());
    quickHere.warren("down", file).orFail();
    quickThere.warren("down", quickThere.namespace().file("wgq.conf")).orFail();
    assertEquals(hereBefore, quickHere.state());
    assertEquals(thereBefore, quickThere.state());
    Await.until("the daemons' end", LIMIT, () -> here.processIds().isEmpty());
    Await.until("the daemons' end", LIMIT, () -> there.processIds().isEmpty());
  }

  /** Answers every question for an IPv4 address with 203.0.113.1, and any other with nothing. */
  private static final String NAME_SERVER =
      """
      q=$(od -An -v -tx1 | tr -d ' \\n')
      id=${q:0:4} question=${q:24}
      case $question in
        *00010001) a="${id}81800001000100000000${question}c00c000100010000003c0004cb007101" ;;
        *) a="${id}81800001000000000000${question}" ;;
      esac
      printf "$(sed 's/../\\\\x&/g' <<<"$a")"
      """;

  @Test
  void fullTunnelWithNamesAndNoLoop() {
    upThere("10.77.0.1/32, fd77::1/128");
    Path server = there.file("name-server", NAME_SERVER);
    Running names =
        there.start(
            "socat", "UDP-RECVFROM:53,bind=10.77.0.2,fork", "EXEC:bash " + server + ",pipes");
    here.ip("route add default via 192.0.2.2");
    here.ip("-6 route add default via 2001:db8::2");
    String before = quickHere.state();
    Path file =
        quickHere.file(
            device(hereKeys, "Address = 10.77.0.1/24, fd77::1/64\nDNS = 10.77.0.2, corp.example")
                + peer(thereKeys, "0.0.0.0/0, ::/0", "192.0.2.2"));
    try (Capture wire = Capture.start(here, "eth0")) {
      quickHere.warren("up", file).orFail();
      assertEquals("nameserver 10.77.0.2\nsearch corp.example\n", quickHere.resolvConf());
      Ping.awaitReply(here, "203.0.113.1", LIMIT);
      Ping.awaitReply(here, "2001:db8:7::1", LIMIT);
      assertAll(
          () -> assertTrue(wayTo("203.0.113.1").contains("dev wgq")),
          () -> assertTrue(wayTo("2001:db8:7::1").contains("dev wgq")),
          // The tunnel's own packets, and those of the network that is directly there.
          () -> assertTrue(wayTo("192.0.2.2 mark 51820").contains("dev eth0")),
          () -> assertTrue(wayTo("198.51.100.1 mark 51820").contains("dev eth0")),
          () -> assertTrue(wayTo("192.0.2.9").contains("dev eth0")));
      Await.until(
          () -> "a name resolved: " + names,
          LIMIT,
          () -> here.run("getent", "ahostsv4", "tunnel.test").stdout().contains("203.0.113.1"));
      // A tunnel in itself would send many packets for one, each longer than that before.
      List<WireDatagram> seen = wire.datagrams();
      assertTrue(seen.size() < 100, wire::describe);
      assertTrue(seen.stream().allMatch(QuickTest::isOuter), wire::describe);
    }
    quickHere.warren("down", file).orFail();
    assertEquals(before, quickHere.state());
    assertTrue(quickHere.marksCount(), "as wg-quick leaves it");
  }

  private static boolean isOuter(WireDatagram datagram) {
    return datagram.sourcePort() == PORT && datagram.destinationPort() == PORT;
  }

  private String wayTo(String destination) {
    return here.ip("route get " + destination);
  }

  @Test
  void routesInATableOfTheirOwn() {
    upThere("10.77.0.1/32");
    Path file =
        quickHere.file(
            device(hereKeys, "Address = 10.77.0.1/24\nTable = 1234")
                + peer(thereKeys, "0.0.0.0/0", "192.0.2.2"));
    String rules = here.ip("rule");
    quickHere.warren("up", file).orFail();
    assertEquals("default dev wgq scope link", here.ip("route show table 1234").strip());
    assertEquals(rules, here.ip("rule"));
    assertEquals("", here.run("nft", "list", "ruleset").stdout());
    here.ip("rule add to 203.0.113.0/24 lookup 1234");
    Ping.awaitReply(here, "203.0.113.1", LIMIT);
    quickHere.warren("down", file).orFail();
    assertEquals("", here.tryIp("route show table 1234").stdout());
  }

  @Test
  void noRoutesWithTableOff() {
    upThere("10.77.0.1/32");
    Path file =
        quickHere.file(
            device(hereKeys, "Address = 10.77.0.1/32\nTable = off")
                + peer(thereKeys, "0.0.0.0/0, 10.77.0.0/24", "192.0.2.2"));
    quickHere.warren("up", file).orFail();
    assertEquals("", here.ip("route show dev wgq"));
    here.ip("route add 10.77.0.2 dev wgq");
    Ping.awaitReply(here, "10.77.0.2", LIMIT);
    quickHere.warren("down", file).orFail();
    assertFalse(here.hasLink("wgq"));
  }

  @Test
  void aNameThatLeadsElsewhereIsResolvedAgain() {
    upThere("10.77.0.1/32");
    here.etc("hosts", "127.0.0.1 localhost\n192.0.2.99 dynamic.test\n");
    Path file =
        quickHere.file(
            device(hereKeys, "Address = 10.77.0.1/24")
                + peer(thereKeys, "10.77.0.2/32", "dynamic.test"));
    Command.Outcome up = quickHere.warren("up", file).orFail();
    assertTrue(up.stderr().contains("[#] warren run wgq"), up.toString());
    assertTrue(quickHere.run("wg", "show", "wgq").stdout().contains("192.0.2.99:51820"));
    assertEquals(1, threads("warren-names"));
    try (Ping ping = Ping.start(here, "10.77.0.2", Duration.ofSeconds(1))) {
      here.etc("hosts", "127.0.0.1 localhost\n192.0.2.2 dynamic.test\n");
      ping.awaitReplies(1, Duration.ofSeconds(90));
    }
    assertTrue(quickHere.run("wg", "show", "wgq").stdout().contains("192.0.2.2:51820"));
    quickHere.warren("down", file).orFail();
  }

  @Test
  void resolvingAgainCanBeSwitchedOff() {
    here.etc("hosts", "127.0.0.1 localhost\n192.0.2.99 dynamic.test\n");
    Path file =
        quickHere.file(device(hereKeys, "") + peer(thereKeys, "10.77.0.2/32", "dynamic.test"));
    here.attempt(
            Duration.ofSeconds(60),
            Map.of("WARREN_ENDPOINT_REFRESH", "off", "WARREN_NO_BUILD", "1"),
            "",
            List.of(QuickHost.launcher(), "up", file.toString()))
        .orFail();
    assertEquals(0, threads("warren-names"));
    quickHere.warren("down", file).orFail();
  }

  /** How many threads of this name the processes of the host have. */
  private long threads(String name) {
    return here.processIds().stream()
        .flatMap(
            id ->
                Command.attempt(
                        Command.LIMIT,
                        Map.of(),
                        "",
                        List.of("sh", "-c", "cat /proc/" + id + "/task/*/comm"))
                    .stdout()
                    .lines())
        .filter(name::equals)
        .count();
  }
}
