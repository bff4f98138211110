package dev.warren.sim;

import static dev.warren.sim.Pair.DELAY;
import static dev.warren.sim.Pair.JITTER;
import static dev.warren.sim.Pair.MILLISECOND;
import static dev.warren.sim.Pair.SECOND;
import static dev.warren.sim.Pair.assertWithin;
import static dev.warren.sim.Pair.second;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.memory.Datagram;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.Messages;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Crossing handshakes, restarts, roaming and changes of configuration, as the wire sees them. */
class RecoveryTest {
  /** 15 s of silence, one retry, and the way there and back. */
  private static final long RECOVERY = 15 * SECOND + 5 * SECOND + 2 * JITTER + 6 * DELAY;

  private static final IpAddress ELSEWHERE =
      Objects.requireNonNull(IpAddress.parse("198.51.100.7"));

  private final Pair pair = new Pair(2);
  private final World world = pair.world;
  private final Host alice = pair.alice;
  private final Host bob = pair.bob;

  // Initiations that cross.

  /** Both begin at the same instant and send at the same pace: one retry must part them. */
  @ParameterizedTest
  @CsvSource({
    // one way and interval of packets in milliseconds; 0 for a single one
    "10, 0", "10, 10", "10, 1000", "10, 5000", "100, 0", "100, 10", "100, 100", "100, 1000",
    "100, 5000", "200, 10", "300, 0", "300, 50", "300, 1000", "1000, 0", "1000, 100", "2000, 10"
  })
  void crossingInitiationsConverge(int delay, int interval) {
    for (long seed = 0; seed < 8; seed++) {
      Pair crossing = new Pair(seed);
      crossing.world.wire().conditions(Conditions.delay(delay * MILLISECOND));
      crossing.there.send();
      crossing.back.send();
      if (interval > 0) {
        long step = interval * MILLISECOND;
        long start = crossing.now() + step;
        crossing.world.every(step, start, second(60), crossing.there::send);
        crossing.world.every(step, start, second(60), crossing.back::send);
      }
      // One retry, three ways, and the way of the packet.
      crossing.runUntil(5.4 + 5 * delay / 1e3);
      assertTrue(!crossing.there.arrivals().isEmpty(), "seed " + seed);
      assertTrue(!crossing.back.arrivals().isEmpty(), "seed " + seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "1, 1", "5, 25", "25, 25", "10, 10"})
  void persistentKeepalivesOfBothSidesConvergeAfterAnOutage(int atAlice, int atBob) {
    for (long seed = 0; seed < 8; seed++) {
      Pair both = new Pair(seed);
      both.lose(s -> true);
      both.alice.peer(both.bobAsPeer().keepalive(atAlice));
      both.bob.peer(both.aliceAsPeer().keepalive(atBob));
      both.run(30);
      both.loseNothing();
      both.run(30);
      both.world.wire().forget();
      both.run(60);
      assertEquals(List.of(), both.seen(Pair::isHandshake), "seed " + seed);
    }
  }

  // Restarts.

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trafficComesBackAfterARestart(boolean initiatorRestarts) {
    world.every(SECOND, second(0), second(120), pair.there::send);
    world.every(SECOND, second(0.3), second(120), pair.back::send);
    pair.runUntil(50.1);
    Host restarted = initiatorRestarts ? alice : bob;
    restarted.restart();
    long at = pair.now();
    pair.runUntil(120);
    assertTrue(firstAfter(pair.there, at) <= at + 2 * SECOND, "both send: at once");
    assertTrue(firstAfter(pair.back, at) <= at + 2 * SECOND);
  }

  /** A server that waits for its clients does not know where they are when it comes back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aServerThatRestartsIsFoundAgainWithinTheProtocolsTime(boolean firstAttemptIsLost) {
    bob.peer(pair.aliceAsPeer().at(null));
    world.every(SECOND, second(0), second(120), pair.there::send);
    pair.runUntil(50.1);
    bob.restart();
    long at = pair.now();
    if (firstAttemptIsLost) {
      int before = pair.initiations(alice).size();
      pair.lose(
          s ->
              s.type() == Messages.TYPE_INITIATION && pair.initiations(alice).size() <= before + 1);
    }
    pair.runUntil(120);
    long back = firstAfter(pair.there, at);
    // The silence is counted from Alice's next packet on, and Bob's answer noticed by the one
    // after.
    assertWithin(at + 14 * SECOND, at + RECOVERY + 2 * SECOND, back);
    assertEquals(firstAttemptIsLost, back > at + 17 * SECOND);
  }

  @Test
  void aRestartedInitiatorIsCalledByWhoSendsToIt() {
    pair.connectAndRest();
    alice.restart();
    long at = pair.now();
    pair.back.send();
    pair.run(5);
    assertEquals(1, alice.dropped(DropReason.UNKNOWN_INDEX));
    pair.run(11);
    assertWithin(
        at + 15 * SECOND, at + 15 * SECOND + JITTER, pair.initiations(bob).getFirst().nanos());
    pair.back.send();
    pair.run(1);
    assertEquals(1, pair.back.arrivals().size());
  }

  // Clocks of day.

  @ParameterizedTest
  @ValueSource(longs = {-3_600, 3_600, -30L * 365 * 86_400, 30L * 365 * 86_400, -1})
  void aClockOfDayThatJumpsStopsNoHandshake(long seconds) {
    world.every(SECOND, second(0), second(500), pair.there::send);
    world.every(SECOND, second(0.5), second(500), pair.back::send);
    world.at(second(60), () -> alice.jumpWallClock(seconds * SECOND));
    world.at(second(200), () -> bob.jumpWallClock(seconds * SECOND));
    world.at(second(300), () -> alice.jumpWallClock(-2 * seconds * SECOND));
    pair.runUntil(501);
    assertEquals(500, pair.there.arrivals().size());
    assertEquals(500, pair.back.arrivals().size());
    assertEquals(5, pair.initiations(alice).size());
    assertEquals(0, bob.dropped(DropReason.REPLAYED_INITIATION));
  }

  // Roaming.

  @Test
  void theResponderFollowsTheInitiatorAndBack() {
    pair.connectAndRest();
    for (int port : new int[] {4_001, 4_002}) {
      world.wire().route(translate(port));
      pair.there.send();
      pair.run(1);
      pair.back.send();
      pair.run(1);
      Datagram answer = pair.data(bob).getLast().datagram();
      assertEquals(new Endpoint(ELSEWHERE, port), answer.destination());
    }
    assertEquals(2, pair.back.arrivals().size());
    pair.loseNothing();
    pair.there.send();
    pair.run(1);
    pair.back.send();
    pair.run(1);
    assertEquals(3, pair.back.arrivals().size());
    assertEquals(alice.endpoint(), pair.data(bob).getLast().datagram().destination());
  }

  @Test
  void theResponderFollowsAnInitiation() {
    bob.peer(pair.aliceAsPeer().at(null));
    world.wire().route(translate(4_001));
    pair.connect();
    pair.back.send();
    pair.run(1);
    assertEquals(1, pair.back.arrivals().size());
  }

  /** Under load Bob answers with cookies, which a forger of addresses may send on from anywhere. */
  @Test
  void nobodyFollowsACookieReply() {
    world
        .wire()
        .route(
            datagram ->
                datagram.payload()[0] == Messages.TYPE_COOKIE_REPLY
                    ? datagram.from(ELSEWHERE, 666)
                    : datagram);
    bob.expectComplaint("flood of handshake messages");
    Runnable flood = () -> flood(600);
    world.every(SECOND / 100, second(0), second(5), flood);
    world.at(second(0.01), pair.there::send);
    pair.runUntil(4);
    long replies = pair.seen(s -> s.type() == Messages.TYPE_COOKIE_REPLY).size();
    assertTrue(replies > 0, "under load");
    assertEquals(0, alice.dropped(DropReason.INVALID_COOKIE_REPLY));
    pair.runUntil(7);
    assertEquals(1, pair.there.arrivals().size(), "the retry");
    for (Sighting sighting : pair.seen(s -> s.isFrom(alice))) {
      assertEquals(bob.endpoint(), sighting.datagram().destination());
    }
  }

  /** The cookie lets Alice in while the flood goes on. */
  @Test
  void aFloodShutsNobodyOut() {
    bob.expectComplaint("flood of handshake messages");
    world.every(SECOND / 100, second(0), second(12), () -> flood(600));
    world.at(second(0.02), pair.there::send);
    pair.runUntil(12);
    assertEquals(1, pair.there.arrivals().size());
    assertWithin(second(5), second(6), pair.there.arrivals().getFirst().nanos());
    assertTrue(bob.dropped(DropReason.INVALID_MAC1) > 10_000);
  }

  private void flood(int messages) {
    byte[] junk = new byte[Messages.INITIATION_BYTES];
    junk[0] = Messages.TYPE_INITIATION;
    for (int i = 0; i < messages; i++) {
      Endpoint from = new Endpoint(ELSEWHERE, 1_024 + i);
      world.network().deliver(new Datagram(from, bob.endpoint(), 0, 0, junk));
    }
  }

  /** A translating router between the two: Alice is seen elsewhere. */
  private Wire.Route translate(int port) {
    return datagram -> {
      if (datagram.source().address().equals(alice.address())) {
        return datagram.from(ELSEWHERE, port);
      }
      boolean toUs = datagram.destination().equals(new Endpoint(ELSEWHERE, port));
      return toUs ? datagram.to(alice.address(), alice.endpoint().port()) : null;
    };
  }

  // Changes of configuration.

  @Test
  void aPresharedKeyReachesTheNextHandshake() {
    world.every(SECOND, second(0), second(500), pair.there::send);
    world.every(SECOND, second(0.5), second(500), pair.back::send);
    world.at(
        second(60),
        () -> {
          alice.peer(pair.bobAsPeer().presharedKey(5));
          bob.peer(pair.aliceAsPeer().presharedKey(5));
        });
    pair.runUntil(250);
    assertEquals(250, pair.there.arrivals().size());
    assertEquals(0, alice.dropped(DropReason.INVALID_RESPONSE));

    // On one side alone: the keys of 240 s last until 420 s and no longer.
    alice.peer(pair.bobAsPeer().presharedKey(6));
    pair.runUntil(440);
    assertTrue(alice.dropped(DropReason.INVALID_RESPONSE) > 5);
    assertWithin(second(419), second(422), lastArrival(pair.there));
    bob.peer(pair.aliceAsPeer().presharedKey(6));
    pair.runUntil(501);
    assertWithin(second(498), second(501), lastArrival(pair.there));
    assertWithin(second(498), second(501), lastArrival(pair.back));
  }

  @Test
  void anotherPrivateKeyIsTakenUpByBothSides() {
    world.every(SECOND, second(0), second(100), pair.there::send);
    world.every(SECOND, second(0.5), second(100), pair.back::send);
    pair.runUntil(50.2);
    bob.removePeer(alice.publicKey());
    alice.changeKey();
    bob.peer(pair.aliceAsPeer());
    pair.runUntil(52);
    assertWithin(second(51), second(52), lastArrival(pair.there));
    assertWithin(second(51), second(52), lastArrival(pair.back));
    pair.runUntil(101);
    assertEquals(100, pair.there.arrivals().size());
    assertEquals(100, pair.back.arrivals().size());
  }

  /** The new key at one side alone: silence, and nobody fails over it. */
  @Test
  void anUnknownKeyIsNotAnswered() {
    world.every(SECOND, second(0), second(100), pair.there::send);
    pair.runUntil(50.2);
    alice.changeKey();
    pair.runUntil(100);
    assertEquals(51, pair.there.arrivals().size());
    assertTrue(bob.dropped(DropReason.UNKNOWN_PEER) > 5);
    bob.peer(pair.aliceAsPeer());
    pair.runUntil(107);
    assertWithin(second(100), second(107), lastArrival(pair.there));
  }

  @Test
  void anInterfaceThatIsDownIsSilentAndForgets() {
    alice.peer(pair.bobAsPeer().keepalive(1));
    pair.connect();
    alice.down();
    world.wire().forget();
    pair.there.send();
    pair.back.send();
    pair.run(100);
    assertEquals(List.of(), pair.seen(s -> s.isFrom(alice)));
    assertEquals(0, pair.back.arrivals().size());

    alice.up();
    pair.run(1);
    assertWithin(second(101), second(101.1), pair.initiations(alice).getFirst().nanos());
    pair.back.send();
    pair.there.send();
    pair.run(1);
    assertEquals(pair.now() - SECOND + DELAY, lastArrival(pair.back));
    assertEquals(pair.now() - SECOND + DELAY, lastArrival(pair.there));
  }

  @Test
  void aPeerThatIsRemovedAndAddedAgainIsReachedAgain() {
    pair.connectAndRest();
    alice.removePeer(bob.publicKey());
    pair.back.send();
    pair.run(1);
    assertEquals(0, pair.back.arrivals().size());
    alice.peer(pair.bobAsPeer());
    pair.there.send();
    pair.run(1);
    assertEquals(2, pair.there.arrivals().size());
  }

  private static long firstAfter(Flow flow, long nanos) {
    return flow.arrivals().stream()
        .mapToLong(Flow.Arrival::nanos)
        .filter(arrival -> arrival > nanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static long lastArrival(Flow flow) {
    return flow.arrivals().getLast().nanos();
  }
}
