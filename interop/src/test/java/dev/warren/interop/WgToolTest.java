package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.InterfaceDump;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.Wg;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Debian's {@code wg} against the daemon's socket: what it prints agrees with what was sent. */
@InteropTest
class WgToolTest {
  private static final String DEVICE = "wg0";

  private final Identity self = Identity.create();
  private final Identity p = Identity.create();
  private final Identity q = Identity.create();
  private final Identity r = Identity.create();
  private final String presharedKey = Identity.createPresharedKey();

  private static void withDevice(Consumer<Wg> scenario) {
    try (Namespace host = Namespace.create()) {
      Daemon.start(host, Pairing.subject(), DEVICE);
      host.ip("link set " + DEVICE + " up");
      scenario.accept(new Wg(host, DEVICE));
    }
  }

  /** Canonical as showconf prints it. */
  private String fullConfiguration() {
    return """
    [Interface]
    ListenPort = 51999
    FwMark = 0x1234
    PrivateKey = %s

    [Peer]
    PublicKey = %s
    PresharedKey = %s
    AllowedIPs = 10.1.0.0/16, fd01::/64
    Endpoint = 192.0.2.7:1234
    PersistentKeepalive = 25

    [Peer]
    PublicKey = %s
    AllowedIPs = 0.0.0.0/0, ::/0
    Endpoint = [2001:db8::7]:65535

    [Peer]
    PublicKey = %s
    """
        .formatted(self.privateKey(), p.publicKey(), presharedKey, q.publicKey(), r.publicKey());
  }

  @Test
  void showconfGivesBackWhatSetconfGot() {
    withDevice(
        wg -> {
          wg.configure("setconf", fullConfiguration());
          assertEquals(sections(fullConfiguration()), sections(wg.showconf()));
          if (Pairing.subject().has(Implementation.Trait.PEER_ORDER)) {
            assertEquals(fullConfiguration().strip(), wg.showconf().strip());
          }
        });
  }

  /** The sections as sets of lines: order among peers and prefixes is the daemon's own. */
  private static Set<String> sections(String configuration) {
    return List.of(configuration.strip().split("\n\n")).stream()
        .map(
            section ->
                section
                    .lines()
                    .map(line -> String.join(", ", new TreeSet<>(List.of(line.split(", ")))))
                    .collect(Collectors.joining("\n")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void dumpAgrees() {
    withDevice(
        wg -> {
          wg.configure("setconf", fullConfiguration());
          InterfaceDump dump = wg.dump();
          assertAll(
              () -> assertEquals(self.privateKey(), dump.privateKey()),
              () -> assertEquals(self.publicKey(), dump.publicKey()),
              () -> assertEquals(51999, dump.listenPort()),
              () -> assertEquals("0x1234", dump.firewallMark()),
              () -> assertEquals(3, dump.peers().size()));
          InterfaceDump.Peer first = dump.peer(p.publicKey());
          InterfaceDump.Peer second = dump.peer(q.publicKey());
          InterfaceDump.Peer third = dump.peer(r.publicKey());
          assertAll(
              () -> assertEquals(presharedKey, first.presharedKey()),
              () -> assertEquals("192.0.2.7:1234", first.endpoint()),
              () ->
                  assertEquals(Set.of("10.1.0.0/16", "fd01::/64"), Set.copyOf(first.allowedIps())),
              () -> assertEquals(0, first.latestHandshakeEpochSeconds()),
              () -> assertEquals(0, first.receivedBytes()),
              () -> assertEquals("25", first.persistentKeepalive()),
              () -> assertEquals("(none)", second.presharedKey()),
              () -> assertEquals("[2001:db8::7]:65535", second.endpoint()),
              () -> assertEquals("off", second.persistentKeepalive()),
              () -> assertEquals("(none)", third.endpoint()),
              () -> assertEquals(List.of(), third.allowedIps()));
        });
  }

  @Test
  void showForPeople() {
    withDevice(
        wg -> {
          wg.configure("setconf", fullConfiguration());
          String shown = wg.run("show", DEVICE);
          for (String line :
              List.of(
                  "interface: wg0",
                  "  public key: " + self.publicKey(),
                  "  private key: " + self.privateKey(),
                  "  listening port: 51999",
                  "  fwmark: 0x1234",
                  "peer: " + p.publicKey(),
                  "  preshared key: " + presharedKey,
                  "  endpoint: [2001:db8::7]:65535",
                  "  allowed ips: (none)",
                  "  persistent keepalive: every 25 seconds")) {
            assertTrue(shown.lines().toList().contains(line), "no \"" + line + "\" in\n" + shown);
          }
          assertEquals("wg0\n", wg.run("show", "interfaces"));
          assertEquals("51999\n", wg.run("show", DEVICE, "listen-port"));
          assertEquals("wg0\t51999\n", wg.run("show", "all", "listen-port"));
        });
  }

  @Test
  void freshDeviceShowsNothing() {
    withDevice(
        wg -> {
          InterfaceDump dump = wg.dump();
          assertAll(
              () -> assertEquals("(none)", dump.privateKey()),
              () -> assertEquals("(none)", dump.publicKey()),
              () -> assertNotEquals(0, dump.listenPort(), "an interface that is up has a port"),
              () -> assertEquals("off", dump.firewallMark()),
              () -> assertEquals(List.of(), dump.peers()));
        });
  }

  @Test
  void setconfReplacesAndAddconfAdds() {
    withDevice(
        wg -> {
          wg.configure("setconf", fullConfiguration());
          Identity s = Identity.create();
          wg.configure(
              "addconf",
              "[Peer]\nPublicKey = %s\nAllowedIPs = 10.5.0.0/16\n".formatted(s.publicKey()));
          assertEquals(4, wg.dump().peers().size());
          assertEquals(51999, wg.dump().listenPort());
          wg.configure("setconf", "[Peer]\nPublicKey = %s\n".formatted(s.publicKey()));
          InterfaceDump dump = wg.dump();
          assertAll(
              () -> assertEquals("(none)", dump.privateKey()),
              () -> assertEquals("off", dump.firewallMark()),
              () -> assertEquals(List.of(), dump.peer(s.publicKey()).allowedIps()),
              () -> assertEquals(1, dump.peers().size()));
        });
  }

  @Test
  void setChangesOneThingAtATime() {
    withDevice(
        wg -> {
          wg.configure("setconf", fullConfiguration());
          wg.set("listen-port 52000");
          wg.set("fwmark 0x99");
          assertEquals(52000, wg.dump().listenPort());
          assertEquals("0x99", wg.dump().firewallMark());
          wg.set("fwmark off");
          assertEquals("off", wg.dump().firewallMark());

          String peer = "peer " + p.publicKey() + " ";
          wg.set(peer + "persistent-keepalive off preshared-key /dev/null");
          wg.set(peer + "endpoint [2001:db8::99]:99 allowed-ips 10.9.0.0/24");
          InterfaceDump.Peer changed = wg.dump().peer(p.publicKey());
          assertAll(
              () -> assertEquals("off", changed.persistentKeepalive()),
              () -> assertEquals("(none)", changed.presharedKey()),
              () -> assertEquals("[2001:db8::99]:99", changed.endpoint()),
              () -> assertEquals(List.of("10.9.0.0/24"), changed.allowedIps()));
          wg.set(peer + "remove");
          assertEquals(2, wg.dump().peers().size());
          wg.set(peer + "remove");
          assertEquals(2, wg.dump().peers().size(), "removing nobody is no error");
          wg.set("private-key /dev/null");
          assertEquals("(none)", wg.dump().privateKey());
        });
  }

  @Test
  void prefixMovesToItsNewPeer() {
    withDevice(
        wg -> {
          wg.configure("setconf", fullConfiguration());
          wg.set("peer " + r.publicKey() + " allowed-ips 10.1.0.0/16,::/0");
          InterfaceDump dump = wg.dump();
          assertAll(
              () -> assertEquals(List.of("fd01::/64"), dump.peer(p.publicKey()).allowedIps()),
              () -> assertEquals(List.of("0.0.0.0/0"), dump.peer(q.publicKey()).allowedIps()),
              () ->
                  assertEquals(
                      Set.of("10.1.0.0/16", "::/0"),
                      Set.copyOf(dump.peer(r.publicKey()).allowedIps())));
        });
  }

  @Test
  void hostBitsOfPrefixesAreCleared() {
    withDevice(
        wg -> {
          wg.set("peer " + p.publicKey() + " allowed-ips 10.1.2.3/16,fd01::99/32,1.2.3.4/0");
          assertEquals(
              Set.of("10.1.0.0/16", "fd01::/32", "0.0.0.0/0"),
              Set.copyOf(wg.dump().peer(p.publicKey()).allowedIps()));
        });
  }

  @Test
  void ownKeyIsNoPeer() {
    withDevice(
        wg -> {
          wg.configure("setconf", fullConfiguration());
          wg.attempt("set", DEVICE, "peer", self.publicKey(), "allowed-ips", "10.3.0.0/16");
          assertEquals(3, wg.dump().peers().size());
        });
  }

  @Test
  void syncconfLeavesRunningPeersAlone() {
    try (Link link = Link.of(Pairing.subject(), Pairing.subject())) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(first.namespace(), second.inner4(), Duration.ofSeconds(10));
      first.wg().set("peer " + p.publicKey() + " allowed-ips 10.5.0.0/16");
      InterfaceDump.Peer before = first.wg().dump().peer(second.publicKey());
      first
          .wg()
          .configure(
              "syncconf",
              """
              [Interface]
              PrivateKey = %s
              ListenPort = %d
              [Peer]
              PublicKey = %s
              AllowedIPs = %s/32, %s/128, 10.6.0.0/16
              Endpoint = %s
              [Peer]
              PublicKey = %s
              """
                  .formatted(
                      first.privateKey(),
                      first.port(),
                      second.publicKey(),
                      second.inner4(),
                      second.inner6(),
                      second.endpoint(OuterFamily.IPV4),
                      q.publicKey()));
      InterfaceDump dump = first.wg().dump();
      InterfaceDump.Peer after = dump.peer(second.publicKey());
      assertAll(
          () -> assertEquals(2, dump.peers().size()),
          () -> assertEquals(List.of(), dump.peer(q.publicKey()).allowedIps()),
          () -> assertEquals(3, after.allowedIps().size()),
          () ->
              assertEquals(
                  before.latestHandshakeEpochSeconds(), after.latestHandshakeEpochSeconds()),
          () -> assertTrue(after.receivedBytes() >= before.receivedBytes()));
      Ping.Result result = Ping.run(first.namespace(), second.inner4(), 3, Duration.ofMillis(50));
      assertEquals(0, result.lostCount());
      assertEquals(
          before.latestHandshakeEpochSeconds(),
          first.wg().dump().peer(second.publicKey()).latestHandshakeEpochSeconds());
    }
  }

  @Test
  void countersAndHandshakeTimeAreTrue() {
    try (Link link = Link.of(Pairing.subject(), Pairing.subject())) {
      link.introduce(OuterFamily.IPV4);
      long before = Instant.now().getEpochSecond();
      Namespace host = link.first().namespace();
      // 972 + 28 bytes of IP, padded to 1008, in 32 bytes of message.
      Ping.Result result =
          Ping.run(host, link.second().inner4(), 10, Duration.ofMillis(20), List.of("-s", "972"));
      assertTrue(result.isWhole(10), result::toString);
      // A handshake takes 148 + 92 bytes; a keepalive that confirms the session may be among them.
      long dataBytes = result.sentCount() * (1008L + 32);
      Await.until(
          () -> "sent " + dataBytes + " and a handshake: " + link.first().wg().onlyPeer(),
          Duration.ofSeconds(5),
          () -> {
            InterfaceDump.Peer peer = link.first().wg().onlyPeer();
            long sentRest = peer.sentBytes() - dataBytes - 148;
            long receivedRest = peer.receivedBytes() - dataBytes - 92;
            return sentRest >= 0 && sentRest <= 96 && receivedRest >= 0 && receivedRest <= 96;
          });
      long handshake = link.first().wg().onlyPeer().latestHandshakeEpochSeconds();
      assertTrue(handshake >= before && handshake <= before + 60, "" + handshake);
      String shown = link.first().wg().run("show", DEVICE);
      assertTrue(shown.contains("latest handshake: ") && shown.contains("transfer: "), shown);
    }
  }

  /** Debian's and Warren's {@code wg} of a live tunnel, once they are asked in the same second. */
  @Test
  void warrensToolShowsTheSame() {
    try (Link link = Link.of(Pairing.subject(), Pairing.subject())) {
      link.introduce(OuterFamily.IPV4);
      Namespace host = link.first().namespace();
      Ping.awaitReply(host, link.second().inner4(), Duration.ofSeconds(10));
      String warren = Implementation.repository().resolve("warren").toString();
      for (String command : List.of("show", "show " + DEVICE + " dump", "showconf " + DEVICE)) {
        // Both say how long ago the handshake was, and seconds go by between them.
        String script =
            "wg %s >a; WARREN_NO_BUILD=1 %s wg %s >b; sed -i 's/[0-9]* seconds* ago/ago/' a b; cmp a b"
                .formatted(command, warren, command);
        Await.until(
            () -> command + ": " + host.attempt("sh", "-c", script + "; cat a b"),
            Duration.ofSeconds(30),
            () -> host.attempt("sh", "-c", script).exitStatus() == 0);
      }
      String shown = link.first().wg().run("show", DEVICE);
      assertTrue(shown.contains("latest handshake: ") && shown.contains("transfer: "), shown);
    }
  }
}
