package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.PacketCounter;
import dev.warren.interop.host.Ping;
import java.time.Duration;
import java.util.List;

/**
 * Cryptokey routing between three hosts: the first one is the subject and has two peers.
 *
 * <pre>
 *   second (10.88.0.0/16) ----+
 *                             +---- first
 *   third (10.88.1.0/24) -----+
 * </pre>
 */
@InteropTest
class RoutingTest {
  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static Link star(Pairing pairing) {
    Link link = Link.of(pairing.first(), pairing.second(), pairing.second());
    for (Side spoke : List.of(link.second(), link.third())) {
      link.first().meet(spoke, "endpoint " + spoke.endpoint(OuterFamily.IPV4));
      spoke.meet(link.first(), "endpoint " + link.first().endpoint(OuterFamily.IPV4));
      // Both have the same address, so that either could answer for it.
      spoke.namespace().address("lo", "10.88.1.1/32", "fd88::1/128");
      Ping.awaitReply(link.first().namespace(), spoke.inner4(), LIMIT);
    }
    link.first().namespace().ip("route add 10.88.0.0/16 dev " + Link.DEVICE);
    link.first().namespace().ip("route add fd88::/32 dev " + Link.DEVICE);
    return link;
  }

  private static String own(Side side) {
    return side.inner4() + "/32," + side.inner6() + "/128";
  }

  @PairingTest
  void moreSpecificPrefixTakesTheTrafficAway(Pairing pairing) {
    try (Link link = star(pairing)) {
      Side first = link.first();
      Side second = link.second();
      Side third = link.third();
      first.adjust(second, "allowed-ips " + own(second) + ",10.88.0.0/16,fd88::/32");
      String toIt = "ip daddr 10.88.1.1 icmp type echo-request";
      PacketCounter atSecond = PacketCounter.input(second.namespace(), "seen", toIt);
      PacketCounter atThird = PacketCounter.input(third.namespace(), "seen", toIt);
      try (Ping ping = Ping.start(first.namespace(), "10.88.1.1", INTERVAL)) {
        ping.awaitReplies(10, LIMIT);
        assertEquals(0, atThird.packetCount());

        first.adjust(third, "allowed-ips " + own(third) + ",10.88.1.0/24");
        Await.until("the third host is asked", LIMIT, () -> atThird.packetCount() > 0);
        long secondCount = atSecond.packetCount();
        ping.awaitReplies(10, LIMIT);
        // One may have been on its way.
        assertTrue(atSecond.packetCount() <= secondCount + 1);

        // The same prefix again, moved back: it leaves its former peer's list.
        first.adjust(second, "allowed-ips " + own(second) + ",10.88.0.0/16,10.88.1.0/24,fd88::/32");
        assertFalse(
            first.wg().dump().peer(third.publicKey()).allowedIps().contains("10.88.1.0/24"));
        long thirdCount = atThird.packetCount();
        ping.awaitReplies(10, LIMIT);
        assertTrue(atThird.packetCount() <= thirdCount + 1);
        Ping.Result result = ping.stop();
        assertTrue(result.lostCount() <= 10, result::toString);
      }
      assertTrue(
          Ping.run(first.namespace(), "fd88::1", 3, INTERVAL).isWhole(3),
          "the other family stays where it was");
    }
  }

  /** The source decides on the way in, by the table of the whole device. */
  @PairingTest
  void dropsSpoofedSource(Pairing pairing) {
    try (Link link = star(pairing)) {
      Side first = link.first();
      Side second = link.second();
      Side third = link.third();
      first.adjust(second, "allowed-ips " + own(second) + ",10.88.0.0/16,fd88::/32");
      first.adjust(third, "allowed-ips " + own(third) + ",10.88.1.0/24,fd88::/64");
      Namespace sender = second.namespace();
      // 10.88.1.1 is the third host's by the longer prefix, 10.99.0.1 is nobody's.
      sender.address("lo", "10.88.2.1/32", "10.99.0.1/32", "fd99::1/128", "fd88:0:1::1/128");
      String[] spoofed = {"10.88.1.1", "10.99.0.1", "fd88::1", "fd99::1", third.inner4()};
      sender.address("lo", third.inner4() + "/32");
      PacketCounter forged =
          PacketCounter.input(
              first.namespace(),
              "forged",
              "iifname wg0 ip saddr { 10.88.1.1, 10.99.0.1, %s }".formatted(third.inner4()));
      PacketCounter forged6 =
          PacketCounter.input(
              first.namespace(), "forged6", "iifname wg0 ip6 saddr { fd88::1, fd99::1 }");
      PacketCounter honest =
          PacketCounter.input(
              first.namespace(), "honest", "iifname wg0 ip saddr 10.88.2.1 icmp type echo-request");
      try (Capture capture = Capture.start(first.namespace(), Link.ETHERNET)) {
        for (String source : spoofed) {
          String target = source.contains(":") ? first.inner6() : first.inner4();
          sender.attempt("ping", "-n", "-c", "3", "-i", "0.02", "-W", "0.2", "-I", source, target);
        }
        assertTrue(
            capture.datagrams(d -> d.source().equals(second.outer4())).size() >= 15,
            capture::describe);
      }
      Ping.Result result =
          Ping.run(sender, first.inner4(), 3, INTERVAL, List.of("-I", "10.88.2.1"));
      Ping.Result result6 =
          Ping.run(sender, first.inner6(), 3, INTERVAL, List.of("-I", "fd88:0:1::1"));
      assertAll(
          () -> assertTrue(result.isWhole(3), result::toString),
          () -> assertTrue(result6.isWhole(3), result6::toString),
          () -> assertTrue(honest.packetCount() >= 3),
          () -> assertEquals(0, forged.packetCount()),
          () -> assertEquals(0, forged6.packetCount()));
    }
  }

  /** A peer that is removed is cut off at once, and back at once when it is added. */
  @PairingTest
  void removedPeerIsCutOff(Pairing pairing) {
    try (Link link = star(pairing)) {
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(second.namespace(), first.inner4(), LIMIT);
      first.wg().set("peer " + second.publicKey() + " remove");
      assertFalse(Ping.reaches(second.namespace(), first.inner4()));
      Ping.awaitReply(link.third().namespace(), first.inner4(), LIMIT);
      first.meet(second, "endpoint " + second.endpoint(OuterFamily.IPV4));
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      Ping.awaitReply(second.namespace(), first.inner4(), LIMIT);
    }
  }

  /** Without a private key, nothing works; with it again, everything does. */
  @PairingTest
  void privateKeyTakenAwayAndGivenBack(Pairing pairing) {
    Implementation subject = pairing.first();
    try (Link link = Link.of(pairing)) {
      Side first = link.first();
      Side second = link.second();
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      Namespace host = first.namespace();
      first.wg().set("private-key " + host.file("other", link.second().privateKey()));
      assertEquals(
          List.of(),
          first.wg().dump().peers(),
          () -> subject + ": a peer with the own key is none");
      first.wg().set("private-key " + host.file("same", first.privateKey()));
      first.meet(second, "endpoint " + second.endpoint(OuterFamily.IPV4));
      Ping.awaitReply(host, second.inner4(), LIMIT);
    }
  }
}
