package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Implementation.Trait;
import dev.warren.interop.host.PacketCounter;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.WireDatagram;
import dev.warren.interop.host.WireDatagram.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * The outer TOS byte: handshakes travel as AF41, data shows the inner ECN and nothing of the inner
 * DSCP, and congestion seen on the way reaches the inner packet (RFC 6040).
 */
@InteropTest
class TypeOfServiceTest {
  private static final int AF41 = 0x88;
  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static void assume(Implementation implementation) {
    Assumptions.assumeTrue(
        implementation.has(Trait.TYPE_OF_SERVICE), implementation + " leaves TOS alone");
  }

  @PairingTest
  void handshakesStandOutAndDataShowsEcnAlone(Pairing pairing) {
    assume(pairing.first());
    for (OuterFamily family : OuterFamily.values()) {
      try (Link link = Link.of(pairing);
          Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
        link.introduce(family);
        Side first = link.first();
        // Expedited forwarding with ECT(0), then ECT(1), then no ECN.
        for (String tos : List.of("0xba", "0xb9", "0xb8")) {
          int seen = sent(capture, first, Kind.DATA).size();
          Ping.Result result =
              Ping.run(first.namespace(), link.second().inner4(), 3, INTERVAL, List.of("-Q", tos));
          assertTrue(result.isWhole(3), result::toString);
          Set<Integer> outer =
              sent(capture, first, Kind.DATA).stream()
                  .skip(seen)
                  .map(WireDatagram::typeOfService)
                  .collect(Collectors.toSet());
          assertEquals(Set.of(Integer.decode(tos) & 3), outer, capture::describe);
        }
        assertEquals(
            Set.of(AF41),
            sent(capture, first, Kind.INITIATION).stream()
                .map(WireDatagram::typeOfService)
                .collect(Collectors.toSet()),
            capture::describe);
      }
    }
  }

  @PairingTest
  void responsesStandOutToo(Pairing pairing) {
    assume(pairing.second());
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV6);
      Ping.awaitReply(link.first().namespace(), link.second().inner6(), LIMIT);
      assertEquals(
          AF41, capture.datagrams(Kind.RESPONSE).getFirst().typeOfService(), capture::describe);
    }
  }

  /** A router on the way marks congestion: here the sender's own firewall. */
  @PairingTest
  void congestionReachesTheInnerPacket(Pairing pairing) {
    assume(pairing.second());
    Assumptions.assumeTrue(pairing.first().has(Trait.TYPE_OF_SERVICE), "must send ECT outside");
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      PacketCounter.ruleset(
          first.namespace(),
          """
          table inet congested {
            chain out {
              type filter hook postrouting priority 0;
              oifname "eth0" ip ecn ect0 ip ecn set ce
            }
          }
          """);
      String request = "iifname wg0 icmp type echo-request ip ecn ";
      PacketCounter marked = PacketCounter.input(second.namespace(), "marked", request + "ce");
      PacketCounter unmarked =
          PacketCounter.input(second.namespace(), "unmarked", request + "not-ect");
      Ping.run(first.namespace(), second.inner4(), 5, INTERVAL, List.of("-Q", "0x02"));
      Ping.run(first.namespace(), second.inner4(), 3, INTERVAL, List.of("-Q", "0x00"));
      assertAll(
          () -> assertTrue(marked.packetCount() >= 5, "marked " + marked.packetCount()),
          () -> assertTrue(unmarked.packetCount() >= 3, "unmarked " + unmarked.packetCount()));
    }
  }

  private static List<WireDatagram> sent(Capture capture, Side side, Kind kind) {
    return capture.datagrams(d -> d.sourcePort() == side.port() && d.kind() == kind);
  }
}
