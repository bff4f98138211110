package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Implementation.Trait;
import dev.warren.interop.host.Iperf;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.WireDatagram;
import dev.warren.interop.host.WireDatagram.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The interface itself: its MTU, its up and down, and its life in another namespace than that of
 * the daemon and its UDP socket, as wireguard.com/netns describes.
 */
@InteropTest
class InterfaceTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** The interval of a ping that is meant to send no second packet. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

  /** That streams pass is the question here; the bed asks how fast. */
  private static final double LEAST_MEGABITS = 1;

  /** No multiple of 16, so that padding shows it; not below 1280, which would end IPv6. */
  private static final int OTHER_MTU = 1300;

  @PairingTest
  void hasTheUsualMtu(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV6);
      Namespace host = link.first().namespace();
      assertTrue(host.ip("link show dev " + Link.DEVICE).contains("mtu 1420"));
      List<String> whole = List.of("-M", "do", "-s", "" + (1420 - 28));
      Ping.Result result = Ping.run(host, link.second().inner4(), 5, Duration.ofMillis(20), whole);
      assertTrue(result.isWhole(5), result::toString);
      int longest =
          capture.datagrams().stream().mapToInt(WireDatagram::lengthBytes).max().orElseThrow();
      // 1420 is no multiple of 16 (1424 is): padding stops at the MTU.
      assertEquals(1420 + 32, longest);
    }
  }

  /** Every length near a multiple of 16: padded with zeros to that, never beyond the MTU. */
  @PairingTest
  void padsToSixteen(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      Namespace host = link.first().namespace();
      Ping.awaitReply(host, link.second().inner4(), LIMIT);
      for (int inner : List.of(64, 65, 79, 80, 81, 1407, 1408, 1409, 1419, 1420)) {
        int seen = capture.datagrams(Kind.DATA).size();
        Ping.Result result =
            Ping.run(
                host, link.second().inner4(), 1, LONG_ENOUGH, List.of("-s", "" + (inner - 28)));
        assertTrue(result.isWhole(1), result::toString);
        capture.await("data", seen + 2, LIMIT, d -> d.kind() == Kind.DATA);
        int padded = Math.min(1420, (inner + 15) / 16 * 16);
        assertEquals(padded + 32, capture.datagrams(Kind.DATA).get(seen).lengthBytes());
      }
    }
  }

  @PairingTest
  void setDownAndUpAgain(Pairing pairing) {
    Assumptions.assumeTrue(pairing.first().has(Trait.LINK_DOWN_NOTICED), "wireguard-go does not");
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Ping.awaitReply(first.namespace(), link.second().inner4(), LIMIT);
      first.downAndUp();
      Ping.awaitReply(first.namespace(), link.second().inner4(), LIMIT);
      assertEquals(first.port(), first.wg().dump().listenPort());
    }
  }

  @PairingTest
  void followsItsMtu(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(link.first().namespace(), link.second().inner4(), LIMIT);
      mtuChangeIsNoticed(link.first().namespace(), link);
    }
  }

  /**
   * The first side's interface moves to a namespace that has nothing else.
   *
   * <pre>
   *   cage: wg0        first: daemon, UDP socket, eth0  ----  second
   * </pre>
   */
  @PairingTest
  void movesToAnotherNamespace(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      Side first = link.first();
      Side second = link.second();
      link.introduce(OuterFamily.IPV4);
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);

      Namespace cage = link.extraNamespace();
      first.namespace().ip("link set " + Link.DEVICE + " netns " + cage.name());
      first.raise(cage);
      Ping.awaitReply(cage, second.inner4(), LIMIT);
      Ping.awaitReply(cage, second.inner6(), LIMIT);
      assertFalse(first.namespace().hasLink(Link.DEVICE));
      assertEquals(first.port(), first.wg().dump().listenPort());
      assertTrue(first.daemon().process().isRunning());

      if (first.implementation().has(Trait.MOVED_INTERFACE_NOTICED)) {
        mtuChangeIsNoticed(cage, link);
        cage.ip("link set " + Link.DEVICE + " down");
        first.awaitListening(false);
        cage.ip("link set " + Link.DEVICE + " up");
        first.awaitListening(true);
        Ping.awaitReply(cage, second.inner4(), LIMIT);
      }
      cage.ip("link del " + Link.DEVICE);
      assertEquals(
          0, first.daemon().process().awaitExit(LIMIT), first.daemon().process()::toString);
    }
  }

  /** Padding stops at the MTU, so a packet just as long shows which MTU the daemon goes by. */
  private static void mtuChangeIsNoticed(Namespace where, Link link) {
    where.ip("link set " + Link.DEVICE + " mtu " + OTHER_MTU);
    try (Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      List<String> whole = List.of("-M", "do", "-s", "" + (OTHER_MTU - 28));
      Await.until(
          () -> "padding stops at the new MTU: " + capture.describe(),
          LIMIT,
          () -> {
            Ping.run(where, link.second().inner4(), 1, Duration.ofMillis(20), whole);
            return capture
                .datagrams(d -> d.sourcePort() == link.first().port() && d.kind() == Kind.DATA)
                .stream()
                .anyMatch(d -> d.lengthBytes() == OTHER_MTU + 32);
          });
    }
  }

  /**
   * Both daemons in one namespace, tunnelling over its loopback; both interfaces moved away. The
   * large MTU is the largest that the loopback carries in one datagram.
   *
   * <pre>
   *   left: wg1      middle: both daemons, lo (MTU 65536)      right: wg2
   * </pre>
   */
  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void carriesLargePacketsOverLoopback(Pairing pairing) {
    try (Namespace middle = Namespace.create();
        Namespace left = Namespace.create();
        Namespace right = Namespace.create()) {
      Side first = Side.start(middle, pairing.first(), 1, "wg1");
      Side second = Side.start(middle, pairing.second(), 2, "wg2");
      middle.ip("link set wg1 netns " + left.name());
      middle.ip("link set wg2 netns " + right.name());
      first.raise(left);
      second.raise(right);
      second.meet(first, "");
      first.meet(second, "endpoint 127.0.0.1:" + second.port());
      large(left, right, second, 1420, second.inner4());
      large(left, right, second, 34736, second.inner4());
      first.adjust(second, "endpoint [::1]:" + second.port());
      large(left, right, second, 34736, second.inner6());
    }
  }

  private static void large(
      Namespace left, Namespace right, Side second, int mtu, String streamAddress) {
    left.ip("link set wg1 mtu " + mtu);
    right.ip("link set wg2 mtu " + mtu);
    List<String> whole = List.of("-M", "do", "-s", "" + (mtu - 28));
    Await.until(
        "a packet of " + mtu + " bytes passes",
        LIMIT,
        () -> Ping.run(left, second.inner4(), 3, Duration.ofMillis(20), whole).isWhole(3));
    Iperf.Result forward = Iperf.run(left, right, streamAddress, 1);
    Iperf.Result reverse = Iperf.run(left, right, streamAddress, 1, "-R");
    assertTrue(forward.megabitsPerSecond() > LEAST_MEGABITS, () -> mtu + " forward: " + forward);
    assertTrue(reverse.megabitsPerSecond() > LEAST_MEGABITS, () -> mtu + " reverse: " + reverse);
  }

  /** A packet that has no peer, or whose peer has no endpoint, is refused to its sender. */
  @PairingTest
  void refusesWhatHasNoWay(Pairing pairing) {
    Implementation first = pairing.first();
    Assumptions.assumeTrue(first.has(Trait.UNREACHABLE_REPLY), "silent: " + first);
    try (Link link = Link.of(pairing)) {
      // The second side knows the first without its endpoint, and nobody else.
      link.second().meet(link.first(), "");
      link.first().meet(link.second(), "");
      Namespace host = link.first().namespace();
      for (String target : List.of(link.second().inner4(), "10.77.0.200")) {
        String said = host.attempt("ping", "-n", "-c", "2", "-W", "2", target).stdout();
        assertTrue(said.contains("Destination Host Unreachable"), said);
      }
      for (String target : List.of(link.second().inner6(), "fd77::200")) {
        String said = host.attempt("ping", "-n", "-c", "2", "-W", "2", target).stdout();
        assertTrue(said.contains("Destination unreachable: Address unreachable"), said);
      }
    }
  }
}
