package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.WireDatagram.Kind;
import java.time.Duration;

/** Preshared keys: the same, different, and changed while the tunnel runs. */
@InteropTest
class PresharedKeyTest {
  private final String right = Identity.createPresharedKey();
  private final String wrong = Identity.createPresharedKey();

  @PairingTest
  void sameKeyConnects(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      set(link.first(), link.second(), right);
      set(link.second(), link.first(), right);
      Ping.awaitReply(link.first().namespace(), link.second().inner4(), Duration.ofSeconds(10));
    }
  }

  /** The response cannot be opened: it is tried again after 5 s, and nothing ever passes. */
  @PairingTest
  void differentKeysDoNot(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      set(link.first(), link.second(), right);
      set(link.second(), link.first(), wrong);
      assertFalse(Ping.reaches(link.first().namespace(), link.second().inner4()));
      var initiations =
          capture.await("initiation", 2, Duration.ofSeconds(12), d -> d.kind() == Kind.INITIATION);
      double retrySeconds = initiations.get(1).secondsAfter(initiations.get(0));
      assertAll(
          capture.describe(),
          () -> assertTrue(retrySeconds > 4.5 && retrySeconds < 7, "" + retrySeconds),
          () -> assertTrue(capture.datagrams(Kind.RESPONSE).size() >= 1),
          () -> assertEquals(0, capture.datagrams(Kind.DATA).size()),
          () -> assertEquals(0, capture.datagrams(Kind.KEEPALIVE).size()),
          () -> assertEquals(0, link.first().wg().onlyPeer().latestHandshakeEpochSeconds()));
    }
  }

  /**
   * A key changed on a running peer leaves the session as it is, and reaches the next handshake: as
   * the responder's here, and then, on the other side, as the initiator's.
   */
  @PairingTest
  void changedKeyReachesTheNextHandshake(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(first.namespace(), second.inner4(), Duration.ofSeconds(10));

      set(first, second, right);
      Ping.Result running = Ping.run(first.namespace(), second.inner4(), 3, Duration.ofMillis(50));
      assertEquals(0, running.lostCount(), "the session goes on");

      // The other side starts anew, without a session and without a preshared key.
      second.restart();
      second.adjust(first, "endpoint " + first.endpoint(OuterFamily.IPV4));
      assertFalse(Ping.reaches(second.namespace(), first.inner4()), "the keys now differ");

      set(second, first, right);
      // It tries again after 5 s, with the key that it has by now.
      Ping.awaitReply(second.namespace(), first.inner4(), Duration.ofSeconds(12));
    }
  }

  private static void set(Side side, Side other, String key) {
    side.adjust(other, "preshared-key " + side.namespace().file("psk", key));
  }
}
