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
import org.junit.jupiter.api.Order;

/** The session is renewed while it is used, and nobody notices. */
@InteropTest
@Order(1) // They take longest, so they start first.
class RekeyTest {
  private static final double REKEY_AFTER_TIME_SECONDS = 120;

  /** Traffic in both directions; the one who initiated does so again, and nothing is lost. */
  @PairingTest
  void renewsAfter120SecondsWithoutLoss(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      Duration interval = Duration.ofMillis(100);
      try (Ping forward = Ping.start(link.first().namespace(), link.second().inner4(), interval);
          Ping back = Ping.start(link.second().namespace(), link.first().inner6(), interval)) {
        List<WireDatagram> initiations =
            capture.await(
                "initiation", 2, Duration.ofSeconds(135), d -> d.kind() == Kind.INITIATION);
        forward.awaitReplies(50, Duration.ofSeconds(15));
        back.awaitReplies(50, Duration.ofSeconds(15));
        Ping.Result forwardResult = forward.stop();
        Ping.Result backResult = back.stop();
        double ageSeconds = initiations.get(1).secondsAfter(initiations.get(0));
        assertAll(
            () -> assertEquals(0, forwardResult.lostCount(), forwardResult::toString),
            () -> assertEquals(0, forwardResult.duplicateCount()),
            // Its first packets may come before the other side knows an endpoint.
            () -> assertTrue(backResult.lostCount() <= 2, backResult::toString),
            () ->
                assertEquals(
                    List.of(link.first().outer4(), link.first().outer4()),
                    capture.datagrams(Kind.INITIATION).stream().map(WireDatagram::source).toList()),
            () ->
                assertTrue(
                    ageSeconds > REKEY_AFTER_TIME_SECONDS - 0.5
                        && ageSeconds < REKEY_AFTER_TIME_SECONDS + 3,
                    "age " + ageSeconds));
      }
    }
  }

  /** A session that nobody used for longer than it is valid: the next packet starts another. */
  @PairingTest
  void startsAfreshAfter180Seconds(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(link.first().namespace(), link.second().inner4(), Duration.ofSeconds(10));
      // The capture writes when it gets to it, which on a busy machine is after the reply.
      Await.until(
          "the initiation in the capture",
          Duration.ofSeconds(10),
          () -> !capture.datagrams(Kind.INITIATION).isEmpty());
      WireDatagram first = capture.datagrams(Kind.INITIATION).getFirst();
      // The clock of the link: nothing else passes in the meantime.
      long expiryNanos = first.timeNanos() + Duration.ofSeconds(182).toNanos();
      Await.until(
          "expiry of the session",
          Duration.ofSeconds(190),
          () -> System.currentTimeMillis() * 1_000_000 > expiryNanos);
      assertEquals(1, capture.datagrams(Kind.INITIATION).size(), capture::describe);
      // The other way round this time: the second side learned the endpoint when it answered.
      Ping.Result result =
          Ping.run(link.second().namespace(), link.first().inner4(), 5, Duration.ofMillis(200));
      List<WireDatagram> initiations = capture.datagrams(Kind.INITIATION);
      assertAll(
          capture.describe(),
          () -> assertTrue(result.isWhole(5), result::toString),
          () -> assertEquals(2, initiations.size()),
          () -> assertEquals(link.second().outer4(), initiations.get(1).source()));
    }
  }
}
