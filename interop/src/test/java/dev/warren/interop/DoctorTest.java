package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Command;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.UdpSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code warren doctor} names what was broken on purpose.
 *
 * <pre>
 *   first, examined                     second
 *   wg0   10.77.0.1  fd77::1            wg0   10.77.0.2  fd77::2
 *   eth0  192.0.2.1  2001:db8::1  ----  eth0  192.0.2.2  2001:db8::2
 * </pre>
 */
@InteropTest
class DoctorTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration DOCTOR_LIMIT = Duration.ofSeconds(60);
  private static final Pattern CAUSE = Pattern.compile("\"cause\": \"([a-z0-9_]+)\"");
  private static final String TARGET = "10.77.0.2";

  private static Link pair() {
    return Link.of(Implementation.WARREN, Implementation.WARREN);
  }

  /** What the doctor finds; its exit status must agree. */
  private static List<String> causes(Side side, String subject, String... javaOptions) {
    Command.Outcome outcome = examine(side, javaOptions, "--json", subject);
    List<String> causes =
        CAUSE
            .matcher(outcome.stdout())
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertEquals(causes.isEmpty() ? 0 : 1, outcome.exitStatus(), outcome::toString);
    assertEquals("", outcome.stderr());
    return causes;
  }

  private static Command.Outcome examine(Side side, String[] javaOptions, String... arguments) {
    Map<String, String> environment = new HashMap<>(Implementation.WARREN.environment());
    environment.put("WARREN_JAVA_OPTIONS", String.join(" ", javaOptions));
    String warren = Implementation.repository().resolve("warren").toString();
    List<String> argv = new ArrayList<>(List.of(warren, "doctor"));
    argv.addAll(List.of(arguments));
    return side.namespace().attempt(DOCTOR_LIMIT, environment, "", argv);
  }

  private static void assertCauses(Side side, String... expected) {
    assertEquals(List.of(expected), causes(side, "wg0"), () -> explain(side, "wg0"));
  }

  private static String explain(Side side, String subject) {
    return examine(side, new String[0], subject).stdout();
  }

  /** The file of a side that knows the other one. */
  private static Path file(Side side, Side other, String more) {
    return side.namespace()
        .file(
            "wg0.conf",
            """
            [Interface]
            PrivateKey = %s
            Address = %s/24, %s/64

            # far
            [Peer]
            PublicKey = %s
            AllowedIPs = %s/32, %s/128
            %s
            """
                .formatted(
                    side.privateKey(),
                    side.inner4(),
                    side.inner6(),
                    other.publicKey(),
                    other.inner4(),
                    other.inner6(),
                    more));
  }

  private static void introduceAt(Link link, String endpoint) {
    link.second().meet(link.first(), "");
    link.first().meet(link.second(), "endpoint " + endpoint);
  }

  @Test
  void healthyTunnel() {
    try (Link link = pair()) {
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(link.first().namespace(), TARGET, LIMIT);
      assertCauses(link.first());
      assertCauses(link.second());
      Path file = file(link.first(), link.second(), "Endpoint = 192.0.2.2:51822");
      Command.Outcome outcome = examine(link.first(), new String[0], file.toString());
      assertEquals("wg0: nothing wrong was found\n", outcome.stdout());
      assertEquals(0, outcome.exitStatus());
    }
  }

  @Test
  void wrongPublicKey() {
    try (Link link = pair()) {
      link.second().meet(link.first(), "");
      String wrong = Identity.create().publicKey();
      link.first().wg().set("peer " + wrong + " allowed-ips 10.77.0.2/32 endpoint 192.0.2.2:51822");
      assertCauses(link.first(), "key_mismatch");
      assertCauses(link.second(), "key_mismatch");
      assertTrue(explain(link.second(), "wg0").contains(link.second().publicKey()));
    }
  }

  @Test
  void keyThatTheOtherSideDoesNotKnow() {
    try (Link link = pair()) {
      String wrong = Identity.create().publicKey();
      link.second().wg().set("peer " + wrong + " allowed-ips 10.77.0.1/32");
      link.first().meet(link.second(), "endpoint 192.0.2.2:51822");
      assertCauses(link.first(), "key_mismatch");
      assertCauses(link.second(), "unknown_key");
    }
  }

  @Test
  void presharedKeys() {
    try (Link link = pair()) {
      link.introduce(OuterFamily.IPV4);
      Path key = link.first().namespace().file("psk", Identity.createPresharedKey());
      link.first().adjust(link.second(), "preshared-key " + key);
      assertCauses(link.first(), "preshared_key_mismatch");
    }
  }

  @Test
  void endpoints() {
    try (Link link = pair()) {
      Side first = link.first();
      introduceAt(link, "192.0.2.2:9");
      assertCauses(first, "nobody_listens");
      first.adjust(link.second(), "endpoint 192.0.2.99:51822");
      assertCauses(first, "endpoint_unreachable");
      first.adjust(link.second(), "endpoint 198.51.100.1:51822");
      assertCauses(first, "no_route_to_endpoint");
      first.adjust(link.second(), "endpoint 192.0.2.1:9");
      assertCauses(first, "endpoint_is_self");
      first.namespace().ip("route add 198.51.100.1 dev wg0");
      first.adjust(link.second(), "endpoint 198.51.100.1:51822");
      assertCauses(first, "endpoint_in_tunnel");
    }
  }

  @Test
  void endpointNames() {
    try (Link link = pair()) {
      Side first = link.first();
      introduceAt(link, "192.0.2.99:51822");
      Path hosts = first.namespace().file("hosts", "192.0.2.2 moved.example.net\n");
      String option = "-Djdk.net.hosts.file=" + hosts;
      String moved = file(first, link.second(), "Endpoint = moved.example.net:51822").toString();
      assertEquals(List.of("endpoint_moved"), causes(first, moved, option));
      String gone = file(first, link.second(), "Endpoint = gone.example.net:51822").toString();
      assertEquals(List.of("endpoint_unresolved"), causes(first, gone, option));
    }
  }

  @Test
  void firewalls() {
    try (Link link = pair()) {
      link.introduce(OuterFamily.IPV4);
      Namespace second = link.second().namespace();
      second.run("nft", "add table inet t");
      second.run("nft", "add chain inet t in { type filter hook input priority 0; }");
      second.run("nft", "add rule inet t in meta l4proto udp drop");
      assertCauses(link.first(), "no_answer");
      assertCauses(link.second(), "firewall");
      Namespace first = link.first().namespace();
      first.run("nft", "add table inet t");
      first.run("nft", "add chain inet t out { type filter hook output priority 0; }");
      first.run("nft", "add rule inet t out udp dport 51822 drop");
      second.run("nft", "delete table inet t");
      assertCauses(link.first(), "firewall");
    }
  }

  @Test
  void interfaceAndAddress() {
    try (Link link = pair()) {
      link.introduce(OuterFamily.IPV4);
      Namespace first = link.first().namespace();
      Ping.awaitReply(first, TARGET, LIMIT);
      first.ip("addr flush dev wg0");
      assertEquals("no_address", causes(link.first(), "wg0").getFirst());
      first.ip("link set wg0 down");
      assertCauses(link.first(), "interface_down");
      first.ip("link del wg0");
      assertCauses(link.first(), "interface_missing");
      String file = file(link.first(), link.second(), "Endpoint = 192.0.2.2:9").toString();
      assertEquals(List.of("interface_missing", "nobody_listens"), causes(link.first(), file));
      first.ip("link add wg0 type bridge");
      assertCauses(link.first(), "daemon_gone");
    }
  }

  @Test
  void missingRoute() {
    try (Link link = pair()) {
      link.introduce(OuterFamily.IPV4);
      Namespace first = link.first().namespace();
      Ping.awaitReply(first, TARGET, LIMIT);
      first.ip("route del 10.77.0.0/24 dev wg0");
      assertCauses(link.first(), "missing_route");
    }
  }

  @Test
  void blackHole() {
    try (Link link = pair()) {
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(link.first().namespace(), TARGET, LIMIT);
      Namespace second = link.second().namespace();
      second.run("nft", "add table inet t");
      second.run("nft", "add chain inet t in { type filter hook prerouting priority -300; }");
      second.run("nft", "add rule inet t in iifname eth0 meta length > 1300 drop");
      assertCauses(link.first(), "mtu_black_hole");
      // 1300 less IPv4, UDP and WireGuard, and the inner packet is padded to a multiple of 16.
      String said = explain(link.first(), "wg0");
      assertTrue(said.contains("mtu 1232"), said);
    }
  }

  @Test
  void clockThatIsBehind() throws IOException {
    try (Link link = pair()) {
      Side first = link.first();
      link.introduce(OuterFamily.IPV4);
      byte[] future = FutureInitiation.of(first, link.second(), Duration.ofDays(2));
      UdpSender.send(
          first.namespace(),
          link.second().outer4(),
          link.second().port(),
          Duration.ofMillis(1),
          List.of(future));
      Path file = file(first, link.second(), "Endpoint = 192.0.2.2:51822");
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofDays(1))));
      List<String> causes = causes(first, file.toString());
      assertEquals("clock_behind", causes.getFirst(), () -> explain(first, file.toString()));
      assertTrue(causes(link.second(), "wg0").contains("peer_clock_behind"));
    }
  }

  @Test
  void reversePathFilter() {
    try (Link link = pair()) {
      Namespace first = link.first().namespace();
      link.second().meet(link.first(), "");
      link.first()
          .wg()
          .set(
              "fwmark 51820 peer "
                  + link.second().publicKey()
                  + " allowed-ips 0.0.0.0/0 endpoint 192.0.2.2:51822");
      first.ip("route add default dev wg0 table 51820");
      first.ip("rule add not fwmark 51820 table 51820");
      first.sysctl("net.ipv4.conf.eth0.rp_filter=1");
      first.sysctl("net.ipv4.conf.all.src_valid_mark=0");
      assertCauses(link.first(), "reverse_path_filter");
      first.sysctl("net.ipv4.conf.eth0.rp_filter=2");
      Ping.awaitReply(first, TARGET, LIMIT);
      assertCauses(link.first());
    }
  }

  @Test
  void forwarding() {
    try (Link link = Link.of(Implementation.WARREN, Implementation.WARREN, Implementation.WARREN)) {
      Side hub = link.first();
      for (Side guest : List.of(link.second(), link.third())) {
        hub.meet(guest, "");
        guest.meet(hub, "endpoint " + hub.endpoint(OuterFamily.IPV4));
        Ping.awaitReply(guest.namespace(), hub.inner4(), LIMIT);
      }
      assertCauses(hub, "forwarding_off");
      hub.namespace().sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
      assertCauses(hub);
    }
  }

  @Test
  void files() {
    try (Link link = pair()) {
      Side first = link.first();
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(first.namespace(), TARGET, LIMIT);
      String endpoint = "Endpoint = 192.0.2.2:51822\n";
      String twin =
          "[Peer]\nPublicKey = %s\nAllowedIPs = %s/32\n"
              .formatted(Identity.create().publicKey(), link.second().inner4());
      Path overlapping = file(first, link.second(), endpoint + twin);
      first.wg().set("peer " + twin.split("[ \n]", -1)[3] + " allowed-ips 10.99.0.1/32");
      assertTrue(causes(first, overlapping.toString()).contains("overlapping_allowed_ips"));
      String own =
          "[Peer]\nPublicKey = %s\nAllowedIPs = 10.9.0.1/32\n".formatted(first.publicKey());
      Path self = file(first, link.second(), endpoint + own);
      assertTrue(causes(first, self.toString()).contains("own_key"));
      Path other = file(link.second(), first, "");
      assertTrue(causes(first, other.toString()).contains("not_applied"));
      Path bad = file(first, link.second(), "Endpoint = 192.0.2.2");
      assertEquals(List.of("bad_configuration"), causes(first, bad.toString()));
    }
  }
}
