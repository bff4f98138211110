package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.PacketCounter;
import dev.warren.interop.host.Ping;
import java.time.Duration;

/** The mark on the tunnel's own packets, by which the host tells them from the rest. */
@InteropTest
class FirewallMarkTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @PairingTest
  void marksOverIpv4(Pairing pairing) {
    marks(pairing, OuterFamily.IPV4);
  }

  @PairingTest
  void marksOverIpv6(Pairing pairing) {
    marks(pairing, OuterFamily.IPV6);
  }

  private static void marks(Pairing pairing, OuterFamily family) {
    try (Link link = Link.of(pairing)) {
      Side first = link.first();
      Namespace host = first.namespace();
      String ours = "udp sport " + first.port();
      PacketCounter one = PacketCounter.output(host, "one", ours + " meta mark 0x51");
      PacketCounter two = PacketCounter.output(host, "two", ours + " meta mark 0x52");
      PacketCounter none = PacketCounter.output(host, "none", ours + " meta mark 0");
      first.wg().set("fwmark 0x51");
      link.introduce(family);
      try (Ping ping = Ping.start(host, link.second().inner4(), Duration.ofMillis(20))) {
        ping.awaitReplies(20, LIMIT);
        // Not one a reply: what is sent joined (UDP_SEGMENT) counts once.
        Await.until("data and handshakes carry the mark", LIMIT, () -> one.packetCount() >= 20);
        assertEquals(0, none.packetCount());
        first.wg().set("fwmark 0x52");
        Await.until("the new mark", LIMIT, () -> two.packetCount() >= 10);
        first.wg().set("fwmark off");
        Await.until("no mark", LIMIT, () -> none.packetCount() >= 10);
        first.wg().set("fwmark 0x51");
        ping.awaitReplies(10, LIMIT);
        assertEquals(0, ping.stop().lostCount());
      }
    }
  }

  /** Only marked packets find the way: the main table sends the peer's address into the tunnel. */
  @PairingTest
  void policyRoutingByMark(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      Side first = link.first();
      Side second = link.second();
      Namespace host = first.namespace();
      host.ip("route add 192.0.2.0/24 dev " + Link.ETHERNET + " table 100");
      host.ip("rule add fwmark 0x51 lookup 100");
      host.ip("route add 192.0.2.2/32 dev " + Link.DEVICE);
      first.wg().set("fwmark 0x51");
      second.meet(first, "");
      String prefixes = second.inner4() + "/32,192.0.2.2/32";
      first
          .wg()
          .set(
              "peer %s endpoint %s allowed-ips %s"
                  .formatted(second.publicKey(), second.endpoint(OuterFamily.IPV4), prefixes));
      Ping.awaitReply(host, second.inner4(), LIMIT);
      Ping.awaitReply(host, second.outer4(), LIMIT);
    }
  }
}
