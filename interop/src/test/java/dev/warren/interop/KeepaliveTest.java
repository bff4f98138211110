package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.WireDatagram;
import dev.warren.interop.host.WireDatagram.Kind;
import java.time.Duration;
import java.util.List;

/** Keepalives, as seen on the wire between the hosts. */
@InteropTest
class KeepaliveTest {
  private static final double KEEPALIVE_TIMEOUT_SECONDS = 10;

  /** Timers of wireguard-go are coarse under load; those of a busy machine too. */
  private static final double SLACK_SECONDS = 1.5;

  /**
   * The side that received last and has nothing to say confirms after 10 s, once, and the other
   * does not answer that.
   */
  @PairingTest
  void passiveKeepaliveConfirmsDataOnce(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      Ping.Result result =
          Ping.run(link.first().namespace(), link.second().inner4(), 1, Duration.ofSeconds(10));
      assertTrue(result.isWhole(1), result::toString);
      Duration limit = Duration.ofSeconds(13);
      List<WireDatagram> keepalives =
          capture.await("keepalive", 1, limit, d -> isPassiveKeepalive(d, capture));
      WireDatagram reply = capture.datagrams(Kind.DATA).getLast();
      WireDatagram keepalive = keepalives.getFirst();
      double afterSeconds = keepalive.secondsAfter(reply);
      assertAll(
          capture.describe(),
          () -> assertEquals(link.first().outer4(), keepalive.source()),
          () -> assertEquals(32, keepalive.lengthBytes()),
          () -> assertTrue(afterSeconds > KEEPALIVE_TIMEOUT_SECONDS - 0.1, "" + afterSeconds),
          () -> assertTrue(afterSeconds < KEEPALIVE_TIMEOUT_SECONDS + SLACK_SECONDS));
      Await.holdsFor(
          "a keepalive is not answered: " + capture.describe(),
          Duration.ofSeconds(12),
          () -> capture.datagrams(d -> isPassiveKeepalive(d, capture)).size() == 1);
    }
  }

  /** A keepalive later than the first data: that which confirms a handshake comes before it. */
  private static boolean isPassiveKeepalive(WireDatagram datagram, Capture capture) {
    List<WireDatagram> data = capture.datagrams(Kind.DATA);
    return datagram.kind() == Kind.KEEPALIVE
        && !data.isEmpty()
        && datagram.timeNanos() > data.getLast().timeNanos();
  }

  /** Set on one side, without any traffic: a handshake at once, then keepalives at the interval. */
  @PairingTest
  void persistentKeepaliveNeedsNoTraffic(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4, "persistent-keepalive 2");
      // The first one follows the handshake at once and confirms it.
      List<WireDatagram> keepalives =
          capture.await("keepalive", 5, Duration.ofSeconds(15), d -> d.kind() == Kind.KEEPALIVE);
      assertIntervals(keepalives.subList(1, 5), 2, capture);
      assertAll(
          capture.describe(),
          () ->
              assertTrue(
                  keepalives.stream().allMatch(k -> k.source().equals(link.first().outer4()))),
          () -> assertEquals(1, capture.datagrams(Kind.INITIATION).size()),
          () -> assertEquals(List.of(), capture.datagrams(Kind.DATA)));
    }
  }

  /** Changed while the tunnel runs, and switched off. */
  @PairingTest
  void persistentKeepaliveFollowsItsSetting(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(link.first().namespace(), link.second().inner4(), Duration.ofSeconds(10));
      try (Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
        link.first().adjust(link.second(), "persistent-keepalive 1");
        List<WireDatagram> keepalives =
            capture.await("keepalive", 5, Duration.ofSeconds(12), d -> d.kind() == Kind.KEEPALIVE);
        assertIntervals(keepalives.subList(1, 5), 1, capture);
        link.first().adjust(link.second(), "persistent-keepalive off");
      }
      try (Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
        Await.holdsFor(
            "silence after keepalive was switched off",
            Duration.ofSeconds(4),
            () -> capture.datagrams(Kind.KEEPALIVE).isEmpty());
      }
    }
  }

  /**
   * Both sides keep alive: neither answers the other, and they do not fight about who initiates.
   */
  @PairingTest
  void persistentKeepaliveOnBothSidesStaysQuiet(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.second()
          .meet(
              link.first(),
              "endpoint %s persistent-keepalive 2"
                  .formatted(link.first().endpoint(OuterFamily.IPV4)));
      link.first()
          .meet(
              link.second(),
              "endpoint %s persistent-keepalive 2"
                  .formatted(link.second().endpoint(OuterFamily.IPV4)));
      capture.await("keepalive", 4, Duration.ofSeconds(20), d -> d.kind() == Kind.KEEPALIVE);
      int initiations = capture.datagrams(Kind.INITIATION).size();
      Await.holdsFor(
          "no more handshakes: " + capture.describe(),
          Duration.ofSeconds(8),
          () -> capture.datagrams(Kind.INITIATION).size() == initiations);
      int keepalives = capture.datagrams(Kind.KEEPALIVE).size();
      assertTrue(keepalives <= 16, capture::describe);
    }
  }

  private static void assertIntervals(
      List<WireDatagram> datagrams, double seconds, Capture capture) {
    for (int i = 1; i < datagrams.size(); i++) {
      double interval = datagrams.get(i).secondsAfter(datagrams.get(i - 1));
      assertTrue(
          interval > seconds - 0.3 && interval < seconds + SLACK_SECONDS,
          () -> "interval " + interval + "\n" + capture.describe());
    }
  }
}
