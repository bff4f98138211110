package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Iperf;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Packets of both families, over links of both families, in both directions. */
@InteropTest
class TrafficTest {
  /**
   * That streams pass is the question here, on a machine that may be busy; the bed asks how fast.
   */
  private static final double LEAST_MEGABITS = 1;

  @PairingTest
  void pingsOverIpv4(Pairing pairing) {
    pings(pairing, OuterFamily.IPV4);
  }

  @PairingTest
  void pingsOverIpv6(Pairing pairing) {
    pings(pairing, OuterFamily.IPV6);
  }

  private static void pings(Pairing pairing, OuterFamily family) {
    try (Link link = Link.of(pairing)) {
      link.introduce(family);
      Side first = link.first();
      Side second = link.second();
      assertNothingLost(first.namespace(), second.inner4());
      assertNothingLost(first.namespace(), second.inner6());
      assertNothingLost(second.namespace(), first.inner4());
      assertNothingLost(second.namespace(), first.inner6());
    }
  }

  private static void assertNothingLost(Namespace from, String target) {
    Ping.Result result = Ping.run(from, target, 20, Duration.ofMillis(20));
    assertTrue(result.isWhole(20), result::toString);
  }

  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void carriesStreamsOverIpv4(Pairing pairing) {
    carriesStreams(pairing, OuterFamily.IPV4);
  }

  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void carriesStreamsOverIpv6(Pairing pairing) {
    carriesStreams(pairing, OuterFamily.IPV6);
  }

  private static void carriesStreams(Pairing pairing, OuterFamily family) {
    try (Link link = Link.of(pairing)) {
      link.introduce(family);
      Namespace client = link.first().namespace();
      Namespace server = link.second().namespace();
      for (String address : List.of(link.second().inner4(), link.second().inner6())) {
        Iperf.Result forward = Iperf.run(client, server, address, 1);
        Iperf.Result reverse = Iperf.run(client, server, address, 1, "-R");
        Iperf.Result udp = Iperf.run(client, server, address, 1, "-u", "-b", "2M", "-l", "1200");
        assertAll(
            address,
            () -> assertTrue(forward.megabitsPerSecond() > LEAST_MEGABITS, forward::toString),
            () -> assertTrue(reverse.megabitsPerSecond() > LEAST_MEGABITS, reverse::toString),
            () -> assertTrue(udp.lostPercent() < 10, udp::toString));
      }
    }
  }
}
