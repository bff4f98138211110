package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Running;
import dev.warren.interop.host.Wg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code warren up} and {@code down} leave on the host, compared with Debian's {@code
 * wg-quick}, and with what was there before.
 *
 * <pre>
 *   eth0  198.51.100.2/24  2001:db8::2/64, mtu 1450, default routes; 203.0.113.0/24 has mtu 1380
 * </pre>
 */
@InteropTest
class QuickStateTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Identity OWN = Identity.create();
  private static final Identity PEER = Identity.create();
  private static final Identity OTHER_PEER = Identity.create();

  private final Namespace namespace = Namespace.create();
  private final Namespace neighbour = Namespace.create();
  private QuickHost host;

  @BeforeAll
  static void build() {
    Pairing.subject();
  }

  QuickStateTest() {
    Namespace.join(namespace, "eth0", neighbour, "eth0");
    namespace.ip("link set eth0 mtu 1450");
    namespace.address("eth0", "198.51.100.2/24", "2001:db8::2/64");
    namespace.ip("route add default via 198.51.100.1");
    namespace.ip("-6 route add default via 2001:db8::1");
    namespace.ip("route add 203.0.113.0/24 via 198.51.100.1 mtu 1380");
    host = new QuickHost(namespace);
  }

  @AfterEach
  void close() {
    namespace.close();
    neighbour.close();
  }

  private static String config(String device, String... peers) {
    StringBuilder text =
        new StringBuilder("[Interface]\nPrivateKey = " + OWN.privateKey())
            .append("\nListenPort = 51999\n" + device + "\n");
    for (int i = 0; i < peers.length; i++) {
      String key = (i == 0 ? PEER : OTHER_PEER).publicKey();
      text.append("\n[Peer]\nPublicKey = " + key + "\nAllowedIPs = " + peers[i] + "\n");
    }
    return text.toString();
  }

  private static String at(String allowedIps, String endpoint) {
    return allowedIps + "\nEndpoint = " + endpoint;
  }

  static Stream<String> configurations() {
    String both = "Address = 10.77.0.9/24, fd77::9/64\n";
    return Stream.of(
        config(""),
        config(both, at("10.77.0.0/24, 10.99.0.0/16, 10.98.0.0/16, fd99::/32", "192.0.2.1:1")),
        config(both, at("10.77.0.7/32, fd77::7/128", "203.0.113.1:1"), "192.168.0.0/16"),
        config("Address = 10.77.0.9", at("0.0.0.0/0", "198.51.100.1:1")),
        config(both, at("0.0.0.0/0, ::/0, 10.5.0.0/16", "[2001:db8::1]:1")),
        config(both + "DNS = 10.77.0.1, fd77::1, a.example, b.example", "0.0.0.0/0"),
        config(both + "FwMark = 0x1234\nMTU = 1380", "::/0"),
        config(both + "Table = off", "0.0.0.0/0, 10.0.0.0/8"),
        config(both + "Table = 1234", "0.0.0.0/0, ::/0, 10.0.0.0/8"),
        config(both + "Table = auto", "10.0.0.0/8"),
        config("Address = 10.77.0.9/32, 10.77.1.9/16\nTable = main", "10.0.0.0/8"));
  }

  /** Each also takes down what the other brought up. */
  @ParameterizedTest
  @MethodSource("configurations")
  void isThatOfWgQuick(String text) {
    Path file = host.file(text);
    String before = host.state();
    Command.Outcome up = host.warren("up", file).orFail();
    String ours = host.state();
    assertNotEquals(before, ours);
    host.wgQuick("down", file).orFail();
    assertEquals(before, host.state());
    Command.Outcome quickUp = host.wgQuick("up", file).orFail();
    assertEquals(host.state(), ours, up.toString() + quickUp);
    host.warren("down", file).orFail();
    assertEquals(before, host.state());
  }

  @Test
  @HostTest(commands = {"iptables-save", "ip6tables-save"})
  void iptablesRulesAreThoseOfWgQuick() {
    host.remove("nft");
    Path file =
        host.file(config("Address = 10.77.0.9/24, 10.78.0.9/24, fd77::9/64", "0.0.0.0/0, ::/0"));
    host.warren("up", file).orFail();
    String ours = host.iptablesRules();
    assertEquals(7, ours.lines().count(), ours);
    host.wgQuick("down", file).orFail();
    assertEquals("", host.iptablesRules());
    host.wgQuick("up", file).orFail();
    assertEquals(host.iptablesRules().replaceAll("-A PREROUTING -d fe80:.*\n", ""), ours);
    host.warren("down", file).orFail();
    assertEquals("", host.iptablesRules());
    Command.Outcome failing =
        host.warren("up", host.file(config("PostUp = false", "0.0.0.0/0, ::/0")));
    assertEquals(1, failing.exitStatus());
    assertEquals("", host.iptablesRules());
  }

  static Stream<String> failures() {
    String all = "Address = 10.77.0.9/24, fd77::9/64\nDNS = 10.77.0.1\n";
    return Stream.of(
        config(all + "PostUp = true\nPostUp = false", "0.0.0.0/0, ::/0, 10.0.0.0/8"),
        config(all + "PreUp = exit 7", "0.0.0.0/0"),
        config(all + "Address = 10.77.0.9/24", "0.0.0.0/0"),
        config(all, at("0.0.0.0/0", "no-such-host.invalid:1")),
        config(all + "Table = nobody-knows", "0.0.0.0/0"),
        config(all + "MTU = 65536", "0.0.0.0/0"),
        config(all + "Nonsense = 1", "0.0.0.0/0"),
        config(all + "SaveConfig = perhaps", "0.0.0.0/0"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isAsBeforeAfterAFailure(String text) {
    Path file = host.file(text);
    String before = host.state();
    boolean marksCount = host.marksCount();
    Command.Outcome up = host.warren("up", file);
    assertNotEquals(0, up.exitStatus(), up.toString());
    assertEquals(before, host.state(), up.toString());
    assertEquals(marksCount, host.marksCount());
    Await.until("the daemon's end", LIMIT, () -> namespace.processIds().isEmpty());
  }

  @Test
  void badLinesAreToldWithTheirPlaces() {
    Path file = host.file("[Interface]\nAddress = 10.0.0.300/24\n[Peer]\nPublicKey = short\n");
    Command.Outcome up = host.warren("up", file);
    assertEquals(1, up.exitStatus());
    assertTrue(up.stderr().startsWith(file + ":2:11: not an address; expected "), up.stderr());
    assertTrue(up.stderr().contains("\n" + file + ":4:13: "), up.stderr());
    assertFalse(up.stderr().contains("[#]"), up.stderr());
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void isAsBeforeAfterASignal(String signal) {
    Path file =
        host.file(
            config(
                "Address = 10.77.0.9/24\nDNS = 10.77.0.1\nPostUp = echo waiting; read < "
                    + namespace.file("pipe"),
                "0.0.0.0/0"));
    namespace.run("mkfifo", namespace.file("pipe").toString());
    String before = host.state();
    Running up = host.startWarren("up", file);
    up.awaitOutput("\nwaiting");
    assertNotEquals(before, host.state());
    Command.run("kill", "-" + signal, "" + up.processId());
    assertEquals(130, up.awaitExit(LIMIT));
    assertEquals(before, host.state());
    Await.until("all ended", LIMIT, () -> namespace.processIds().isEmpty());
  }

  @Test
  void whatAKilledDaemonLeftIsTakenAway() {
    Path file = host.file(config("Address = 10.77.0.9/24\nDNS = 10.77.0.1", "0.0.0.0/0, ::/0"));
    String before = host.state();
    host.warren("up", file).orFail();
    namespace.processIds().forEach(id -> Command.run("kill", "-KILL", "" + id));
    Await.until("the interface's end", LIMIT, () -> !namespace.hasLink(QuickHost.DEVICE));
    assertNotEquals(before, host.state());
    host.warren("down", file).orFail();
    assertEquals(before, host.state());
    Command.Outcome again = host.warren("down", file);
    assertEquals(1, again.exitStatus());
    assertEquals("warren: `wgq' is not a WireGuard interface\n", again.stderr());
  }

  @Test
  void twoDefaultRoutesDoNotTakeEachOthersRules() {
    Path file = host.file(config("Address = 10.77.0.9/24", "0.0.0.0/0"));
    Path other =
        namespace.file(
            "wgr.conf",
            "[Interface]\nPrivateKey = %s\n[Peer]\nPublicKey = %s\nAllowedIPs = 0.0.0.0/0\n"
                .formatted(PEER.privateKey(), OWN.publicKey()));
    String before = host.state();
    host.warren("up", file).orFail();
    String one = host.state();
    host.warren("up", other).orFail();
    assertEquals("0xca6d", new Wg(namespace, "wgr").dump().firewallMark());
    host.warren("down", other).orFail();
    assertEquals(one, host.state());
    host.warren("down", file).orFail();
    assertEquals(before, host.state());
  }

  @Test
  void resolvectlWhereThereIsNoResolvconf() throws IOException {
    host.remove("resolvconf");
    Path log = namespace.file("log");
    // As the real one: it fails for an interface that is not there.
    host.program("resolvectl", "#!/bin/sh\necho \"$@\" >>" + log + "\n[ -e /sys/class/net/$2 ]\n");
    Path file = host.file(config("DNS = 10.77.0.1, fd77::1, corp.example"));
    host.warren("up", file).orFail();
    host.warren("down", file).orFail();
    assertEquals(
        "dns wgq 10.77.0.1 fd77::1\ndomain wgq ~. corp.example\nrevert wgq\n",
        Files.readString(log));
  }

  @Test
  void nameServersThatAKilledDaemonLeftAreTakenAway() throws IOException {
    Path log = namespace.file("log");
    Path file = host.file(config("DNS = 10.77.0.1\nPostDown = echo down >" + log, "10.0.0.0/8"));
    String before = host.state();
    host.warren("up", file).orFail();
    namespace.processIds().forEach(id -> Command.run("kill", "-KILL", "" + id));
    Await.until("the interface's end", LIMIT, () -> !namespace.hasLink(QuickHost.DEVICE));
    assertEquals("nameserver 10.77.0.1\n", host.resolvConf());
    host.warren("down", file).orFail();
    assertEquals(before, host.state());
    assertEquals("down\n", Files.readString(log));
    assertEquals(1, host.warren("down", file).exitStatus());
  }

  @Test
  void aTunnelThatIsSetDownKeepsItsRules() {
    Path file = host.file(config("Address = 10.77.0.9/24", "0.0.0.0/0"));
    Path other =
        namespace.file(
            "wgr.conf",
            "[Interface]\nPrivateKey = %s\n[Peer]\nPublicKey = %s\nAllowedIPs = 0.0.0.0/0\n"
                .formatted(PEER.privateKey(), OWN.publicKey()));
    host.warren("up", other).orFail();
    String rules = namespace.ip("rule");
    List<Long> others = List.copyOf(namespace.processIds());
    host.warren("up", file).orFail();
    namespace.processIds().stream()
        .filter(id -> !others.contains(id))
        .forEach(id -> Command.run("kill", "-KILL", "" + id));
    Await.until("the interface's end", LIMIT, () -> !namespace.hasLink(QuickHost.DEVICE));
    namespace.ip("link set wgr down");
    host.warren("down", file).orFail();
    assertEquals(
        rules.replaceAll("(?m)^\\d+:", ""), namespace.ip("rule").replaceAll("(?m)^\\d+:", ""));
    host.warren("down", other).orFail();
  }

  @Test
  void serversStayWhereResolvconfCannotTellThem() throws IOException {
    // Debian's knows no -l.
    host.program("resolvconf", "#!/bin/sh\n[ $1 != -l ] && cat >/dev/null\n");
    Path file = host.file(config("DNS = 10.77.0.1, fd77::1\nSaveConfig = true"));
    host.warren("up", file).orFail();
    host.warren("down", file).orFail();
    String saved = Files.readString(file);
    assertTrue(saved.contains("\nDNS = 10.77.0.1\nDNS = fd77::1\n"), saved);
  }

  @Test
  void isThereOnce() {
    Path file = host.file(config(""));
    host.warren("up", file).orFail();
    String up = host.state();
    Command.Outcome again = host.warren("up", file);
    assertEquals(1, again.exitStatus());
    assertEquals("warren: `wgq' already exists\n", again.stderr());
    assertEquals(up, host.state());
    host.warren("down", file).orFail();
  }

  @Test
  void hooksRunInTheirOrder() throws IOException {
    Path log = namespace.file("log");
    String hooks =
        """
        PreUp = echo pre-up %%i >> %1$s; ! ip link show dev %%i 2>/dev/null
        PostUp = echo post-up one >> %1$s; ip route get 10.0.0.1 | grep -q 'dev %%i'
        PostUp = echo post-up "$INTERFACE" >> %1$s
        PreDown = echo pre-down >> %1$s; ip link show dev %%i >/dev/null
        PostDown = echo post-down >> %1$s; ! ip link show dev %%i 2>/dev/null
        """
            .formatted(log);
    Path file = host.file(config(hooks, "10.0.0.0/8"));
    host.warren("up", file).orFail();
    host.warren("down", file).orFail();
    assertEquals(
        "pre-up wgq\npost-up one\npost-up wgq\npre-down\npost-down\n", Files.readString(log));
  }

  @Test
  void aFailingPreDownKeepsTheInterface() {
    Path file = host.file(config("PreDown = exit 9"));
    host.warren("up", file).orFail();
    String up = host.state();
    assertEquals(9, host.warren("down", file).exitStatus());
    assertEquals(up, host.state());
  }

  @Test
  void savedStateIsThatOfWgQuick() throws IOException {
    String text =
        config(
            """
            Address = 10.77.0.9/24, fd77::9/64
            DNS = 10.77.0.1
            MTU = 1380
            Table = auto
            SaveConfig = true
            PreUp = true
            PostUp = true
            PreDown = true
            PostDown = true
            """,
            at("0.0.0.0/0, 10.0.0.0/8", "198.51.100.1:1"));
    Path file = host.file(text);
    host.warren("up", file).orFail();
    namespace.ip("addr add 10.78.0.9/24 dev wgq");
    namespace.ip("link set wgq mtu 1370");
    Wg wg = new Wg(namespace, "wgq");
    wg.set("peer " + OTHER_PEER.publicKey() + " allowed-ips fd99::/64 persistent-keepalive 25");
    host.wgQuick("save", file).orFail();
    String theirs = Files.readString(file).replaceAll("Address = fe80:.*\n", "");
    host.file(text);
    host.warren("save", file).orFail();
    assertEquals(theirs, Files.readString(file));
    assertEquals("rw-------", permissions(file));

    host.file(text);
    host.warren("down", file).orFail();
    assertEquals(theirs, Files.readString(file));
    host.warren("up", file).orFail();
    assertEquals(2, wg.dump().peers().size());
    assertTrue(namespace.ip("addr show dev wgq").contains("10.78.0.9/24"));
    assertTrue(namespace.ip("link show dev wgq").contains("mtu 1370"));
    assertEquals("25", wg.dump().peer(OTHER_PEER.publicKey()).persistentKeepalive());
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aNameIsSavedAsLongAsItLeadsThere() throws IOException {
    namespace.etc("hosts", "127.0.0.1 localhost\n198.51.100.1 far.test\n");
    String text = config("DNS = 10.77.0.1, corp.example", at("10.0.0.0/8", "far.test:7"));
    Path file = host.file(text);
    host.warren("up", file).orFail();
    host.warren("save", file).orFail();
    String saved = Files.readString(file);
    assertTrue(saved.contains("\nEndpoint = far.test:7\n"), saved);
    assertTrue(saved.contains("\nDNS = corp.example\n"), saved);
    new Wg(namespace, "wgq").set("peer " + PEER.publicKey() + " endpoint 198.51.100.9:7");
    host.warren("save", file).orFail();
    saved = Files.readString(file);
    assertTrue(saved.contains("\nEndpoint = 198.51.100.9:7\n"), saved);
  }

  @Test
  void strippedIsThatOfWgQuick() {
    String text =
        config(
            "Address = 10.0.0.1/24 # own\n# Büro\n  DNS=1.1.1.1\nPostUp = echo a=b # c\n\n",
            "10.0.0.0/8");
    Path file = host.file(text + "#end");
    assertEquals(
        host.wgQuick("strip", file).orFail().stdout(),
        host.warren("strip", file).orFail().stdout());
  }

  @Test
  void aNameIsLookedForInEtcWireguard() {
    host.file(config("Address = 10.77.0.9/24"));
    Command.Outcome outcome =
        host.run(
            "sh",
            "-c",
            "mount --bind \"$PWD\" /etc/wireguard && \"$0\" up wgq && \"$0\" strip wgq"
                + " && \"$0\" down wgq",
            QuickHost.launcher());
    assertEquals(0, outcome.exitStatus(), outcome.toString());
    assertTrue(outcome.stdout().contains("ListenPort = 51999"), outcome.toString());
    assertFalse(namespace.hasLink("wgq"));
  }
}
