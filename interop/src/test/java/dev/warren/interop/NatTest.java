package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.PacketCounter;
import dev.warren.interop.host.Ping;
import java.time.Duration;

/**
 * The first side sits behind a router that hides it, and that forgets a UDP flow after 2 s.
 *
 * <pre>
 *   first  198.51.100.1 ---- 198.51.100.254  router  192.0.2.254 ---- 192.0.2.2  second
 *                                      masquerade, no way in
 * </pre>
 */
@InteropTest
class NatTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int FLOW_TIMEOUT_SECONDS = 2;

  @PairingTest
  void keepaliveHoldsTheFlowOpen(Pairing pairing) {
    try (Namespace inside = Namespace.create();
        Namespace router = Namespace.create();
        Namespace outside = Namespace.create()) {
      route(inside, router, outside);
      Side first = Side.start(inside, pairing.first(), 1, Link.DEVICE);
      Side second = Side.start(outside, pairing.second(), 2, Link.DEVICE);
      first.raise(inside);
      second.raise(outside);
      second.meet(first, "");
      first.meet(second, "endpoint 192.0.2.2:" + second.port() + " persistent-keepalive 1");

      Ping.awaitReply(outside, first.inner4(), LIMIT);
      String learned = second.wg().onlyPeer().endpoint();
      assertTrue(learned.startsWith("192.0.2.254:"), learned);

      // Nothing but keepalives for three times the router's memory; then the outer side speaks.
      Await.holdsFor(
          "the flow stays in the router's table",
          Duration.ofSeconds(3 * FLOW_TIMEOUT_SECONDS),
          () -> flows(router).contains("dport=" + second.port()));
      Ping.Result result = Ping.run(outside, first.inner4(), 10, Duration.ofMillis(100));
      assertTrue(result.isWhole(10), result::toString);
      assertEquals(learned, second.wg().onlyPeer().endpoint());

      // The router restarts and chooses another port: the next keepalive mends it.
      PacketCounter.ruleset(router, "flush ruleset");
      PacketCounter.ruleset(router, masquerade(":40000-40010"));
      router.run("conntrack", "-F");
      Await.until(
          "the new mapping is learned",
          LIMIT,
          () -> second.wg().onlyPeer().endpoint().matches("192\\.0\\.2\\.254:400.."));
      assertNotEquals(learned, second.wg().onlyPeer().endpoint());
      Ping.awaitReply(outside, first.inner4(), LIMIT);

      // Without keepalives the router forgets, and nobody gets in.
      first.adjust(second, "persistent-keepalive off");
      Await.until(
          "the router forgets", LIMIT, () -> !flows(router).contains("dport=" + second.port()));
      assertFalse(Ping.reaches(outside, first.inner4()));
      Ping.awaitReply(inside, second.inner4(), LIMIT);
      Ping.awaitReply(outside, first.inner4(), LIMIT);
    }
  }

  private static void route(Namespace inside, Namespace router, Namespace outside) {
    Namespace.join(inside, "eth0", router, "inner");
    Namespace.join(outside, "eth0", router, "outer");
    inside.address("eth0", "198.51.100.1/24");
    router.address("inner", "198.51.100.254/24");
    router.address("outer", "192.0.2.254/24");
    outside.address("eth0", "192.0.2.2/24");
    inside.ip("route add default via 198.51.100.254");
    router.sysctl("net.ipv4.ip_forward=1");
    PacketCounter.ruleset(router, masquerade(""));
    router.sysctl(
        "net.netfilter.nf_conntrack_udp_timeout=" + FLOW_TIMEOUT_SECONDS,
        "net.netfilter.nf_conntrack_udp_timeout_stream=" + FLOW_TIMEOUT_SECONDS);
  }

  private static String masquerade(String ports) {
    String match = ports.isEmpty() ? "" : "ip protocol udp ";
    String to = ports.isEmpty() ? "" : " to " + ports;
    return """
    table ip nat {
      chain out { type nat hook postrouting priority 100; oifname "outer" %smasquerade%s random; }
    }
    table ip wall {
      chain through {
        type filter hook forward priority 0; policy accept;
        iifname "outer" ct state new drop
      }
    }
    """
        .formatted(match, to);
  }

  private static String flows(Namespace router) {
    return router.attempt("conntrack", "-L", "-p", "udp").stdout();
  }
}
