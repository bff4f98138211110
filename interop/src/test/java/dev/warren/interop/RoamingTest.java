package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation.Trait;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.WireDatagram;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Addresses and ports change under a running tunnel, and the other side follows. */
@InteropTest
class RoamingTest {
  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration LIMIT = Duration.ofSeconds(15);

  /** 15 s of silence, the handshake's own retry, and some. */
  private static final Duration UNNOTICED_LIMIT = Duration.ofSeconds(25);

  @PairingTest
  void followsTheFirstSideToAnotherAddress(Pairing pairing) {
    movesToAnotherAddress(pairing, true);
  }

  @PairingTest
  void followsTheSecondSideToAnotherAddress(Pairing pairing) {
    movesToAnotherAddress(pairing, false);
  }

  private static void movesToAnotherAddress(Pairing pairing, boolean firstMoves) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side mover = firstMoves ? link.first() : link.second();
      Side follower = firstMoves ? link.second() : link.first();
      Ping.awaitReply(link.first().namespace(), link.second().inner4(), LIMIT);
      // The mover must send for the follower to learn.
      try (Ping ping = Ping.start(mover.namespace(), follower.inner4(), INTERVAL)) {
        ping.awaitReplies(5, LIMIT);
        mover.namespace().address(Link.ETHERNET, "192.0.2.77/24");
        mover.namespace().ip("addr del " + mover.outer4() + "/24 dev " + Link.ETHERNET);
        boolean notices = mover.implementation().has(Trait.SOURCE_GONE_NOTICED);
        ping.awaitReplies(20, notices ? Duration.ofSeconds(3) : UNNOTICED_LIMIT);
        Ping.Result result = ping.stop();
        assertTrue(result.lostCount() <= 3 || !notices, result::toString);
      }
      assertEquals("192.0.2.77:" + mover.port(), follower.wg().onlyPeer().endpoint());
      Ping.Result back = Ping.run(follower.namespace(), mover.inner4(), 5, Duration.ofMillis(50));
      assertEquals(0, back.lostCount(), back::toString);
    }
  }

  @PairingTest
  void followsBothSidesToOtherPorts(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV6);
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      try (Ping forward = Ping.start(first.namespace(), second.inner4(), INTERVAL);
          Ping back = Ping.start(second.namespace(), first.inner6(), INTERVAL)) {
        forward.awaitReplies(5, LIMIT);
        first.wg().set("listen-port 60001");
        forward.awaitReplies(20, LIMIT);
        second.wg().set("listen-port 60002");
        forward.awaitReplies(20, LIMIT);
        back.awaitReplies(20, LIMIT);
        Ping.Result result = forward.stop();
        // Each change takes the packets that are on their way to the old port.
        assertTrue(result.lostCount() <= 4, result::toString);
      }
      assertEquals(60001, first.wg().dump().listenPort());
      assertEquals("[2001:db8::1]:60001", second.wg().onlyPeer().endpoint());
      assertEquals("[2001:db8::2]:60002", first.wg().onlyPeer().endpoint());
    }
  }

  /** The port changes while a stream runs: the stream survives. */
  @PairingTest
  void portChangesWhileTrafficFlows(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Namespace host = link.first().namespace();
      Ping.awaitReply(host, link.second().inner4(), LIMIT);
      try (Ping ping = Ping.start(host, link.second().inner4(), Duration.ofMillis(5))) {
        for (int port = 61001; port <= 61010; port++) {
          ping.awaitReplies(20, LIMIT);
          link.first().wg().set("listen-port " + port);
        }
        ping.awaitReplies(20, LIMIT);
        Ping.Result result = ping.stop();
        assertTrue(result.lostCount() <= 40, result::toString);
      }
      assertEquals("192.0.2.1:61010", link.second().wg().onlyPeer().endpoint());
    }
  }

  @PairingTest
  void losesNothingFromIpv4ToIpv6AndBack(Pairing pairing) {
    Assumptions.assumeTrue(
        pairing.first().has(Trait.SMOOTH_FAMILY_CHANGE) || pairing.first().equals(pairing.second()),
        "the side whose endpoint changes must be able to");
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      try (Ping ping = Ping.start(first.namespace(), second.inner4(), INTERVAL)) {
        ping.awaitReplies(10, LIMIT);
        for (OuterFamily family : List.of(OuterFamily.IPV6, OuterFamily.IPV4, OuterFamily.IPV6)) {
          changeEndpoint(link, family, ping);
        }
        Ping.Result result = ping.stop();
        assertEquals(0, result.lostCount(), result::toString);
      }
      WireDatagram last = capture.datagrams().getLast();
      assertTrue(last.source().startsWith("2001:db8"), last::toString);
    }
  }

  /**
   * A reply that is on its way meanwhile moves the endpoint back to where it came from: so it may
   * take another try.
   */
  private static void changeEndpoint(Link link, OuterFamily family, Ping ping) {
    String wanted = link.second().endpoint(family);
    Await.until(
        "the endpoint stays " + wanted,
        LIMIT,
        () -> {
          link.first().adjust(link.second(), "endpoint " + wanted);
          ping.awaitReplies(10, LIMIT);
          return link.first().wg().onlyPeer().endpoint().equals(wanted);
        });
    assertEquals(link.first().endpoint(family), link.second().wg().onlyPeer().endpoint());
  }

  /** Link-local endpoints are of no use without the name of their link. */
  @PairingTest
  void linkLocalEndpointKeepsItsZone(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      Side first = link.first();
      Side second = link.second();
      String endpoint =
          "[%s%%%s]:%d".formatted(linkLocal(second.namespace()), Link.ETHERNET, second.port());
      second.meet(first, "");
      first.meet(second, "endpoint " + endpoint);
      Ping.Result result = Ping.run(first.namespace(), second.inner4(), 5, Duration.ofMillis(100));
      assertTrue(result.isWhole(5), result::toString);
      String learned =
          "[%s%%%s]:%d".formatted(linkLocal(first.namespace()), Link.ETHERNET, first.port());
      assertAll(
          () -> assertEquals(told(first, endpoint), first.wg().onlyPeer().endpoint()),
          () -> assertEquals(told(second, learned), second.wg().onlyPeer().endpoint()));
      Ping.Result back = Ping.run(second.namespace(), first.inner6(), 5, Duration.ofMillis(100));
      assertTrue(back.isWhole(5), back::toString);
    }
  }

  private static String told(Side side, String endpoint) {
    return side.implementation().has(Trait.ZONE_TOLD)
        ? endpoint
        : endpoint.replace("%" + Link.ETHERNET, "");
  }

  private static String linkLocal(Namespace host) {
    Command.Outcome outcome = host.tryIp("-o -6 addr show dev " + Link.ETHERNET + " scope link");
    return List.of(outcome.orFail().stdout().strip().split("\\s+|/")).get(3);
  }

  /** A restarted side has new keys and no memory; its own next packet mends everything at once. */
  @PairingTest
  void recoversAtOnceWhenTheSendingSideRestarts(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      first.restart();
      Ping.awaitReply(first.namespace(), second.inner4(), Duration.ofSeconds(7));
      Ping.awaitReply(second.namespace(), first.inner4(), Duration.ofSeconds(2));
    }
  }

  /** The other side notices after 15 s (10 + 5) of silence, and a retry may follow after 5 s. */
  @PairingTest
  void recoversAfterSilenceWhenTheReceivingSideRestarts(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      try (Ping ping = Ping.start(first.namespace(), second.inner4(), INTERVAL)) {
        ping.awaitReplies(10, LIMIT);
        second.daemon().process().kill();
        Await.until("interface gone", LIMIT, () -> !second.namespace().hasLink(Link.DEVICE));
        second.resume();
        ping.awaitReplies(20, Duration.ofSeconds(15 + 5 + 3));
      }
    }
  }
}
