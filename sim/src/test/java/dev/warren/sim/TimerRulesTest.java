package dev.warren.sim;

import static dev.warren.sim.Pair.DELAY;
import static dev.warren.sim.Pair.JITTER;
import static dev.warren.sim.Pair.MILLISECOND;
import static dev.warren.sim.Pair.SECOND;
import static dev.warren.sim.Pair.assertWithin;
import static dev.warren.sim.Pair.second;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.memory.Datagram;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.Messages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each timer rule of the protocol, as an observer of the wire sees it. */
class TimerRulesTest {
  private final Pair pair = new Pair(1);
  private final World world = pair.world;
  private final Host alice = pair.alice;
  private final Host bob = pair.bob;

  // Rekey and reject.

  @Test
  void theInitiatorRekeysAfter120SecondsOfTraffic() {
    world.every(SECOND, second(0), second(400), pair.there::send);
    world.every(SECOND, second(0.5), second(400), pair.back::send);
    pair.runUntil(401);
    List<Sighting> initiations = pair.initiations(alice);
    assertEquals(4, initiations.size(), initiations::toString);
    for (int i = 1; i < 4; i++) {
      // Alice has her keys a round trip after her initiation; she sends every second.
      long keys = initiations.get(i - 1).nanos() + 2 * DELAY;
      assertWithin(keys + 120 * SECOND, keys + 121 * SECOND, initiations.get(i).nanos());
    }
    assertEquals(List.of(), pair.initiations(bob));
    assertEquals(400, pair.there.arrivals().size(), "nothing is lost over it");
    assertEquals(400, pair.back.arrivals().size());
  }

  @Test
  void theResponderAloneSendingDoesNotRekey() {
    pair.connect();
    world.every(SECOND, second(1), second(179), pair.back::send);
    pair.runUntil(179);
    assertEquals(List.of(), pair.initiations(bob));
    // The first of Alice's passive keepalives after 120 s brings new keys.
    assertEquals(2, pair.initiations(alice).size());
    assertWithin(second(120), second(131), pair.initiations(alice).getLast().nanos());
  }

  @Test
  void theInitiatorRekeysWhenItReceivesAfter165Seconds() {
    pair.connect();
    world.wire().forget();
    world.at(second(164.9), pair.back::send);
    pair.runUntil(165.02);
    assertEquals(List.of(), pair.initiations(alice));
    world.at(second(165.1), pair.back::send);
    world.at(second(165.11), pair.back::send);
    pair.runUntil(166);
    assertEquals(1, pair.initiations(alice).size());
    assertWithin(second(165.1), second(165.2), pair.initiations(alice).getFirst().nanos());
    assertEquals(List.of(), pair.initiations(bob));
  }

  @Test
  void theInitiatorTriesToRekeyOnReceiptOnlyOnce() {
    pair.connect();
    world.wire().forget();
    pair.lose(s -> s.isFrom(alice));
    world.every(SECOND / 10, second(166), second(180), pair.back::send);
    pair.runUntil(175);
    List<Sighting> initiations = pair.initiations(alice);
    assertEquals(2, initiations.size(), "one, and one retry");
    assertWithin(second(166), second(166.1), initiations.getFirst().nanos());
    assertRetries(initiations);
  }

  @Test
  void theResponderDoesNotRekeyOnReceipt() {
    pair.connect();
    pair.lose(s -> s.type() == Messages.TYPE_INITIATION);
    world.every(SECOND, second(120), second(179), pair.there::send);
    pair.runUntil(179);
    assertEquals(List.of(), pair.initiations(bob));
  }

  @Test
  void after180SecondsNeitherSideSendsWithOldKeys() {
    pair.connect();
    world.every(SECOND, second(1.5), second(200), pair.there::send);
    world.every(SECOND, second(1.5), second(200), pair.back::send);
    pair.lose(Pair::isHandshake);
    pair.runUntil(200);
    for (Host host : List.of(alice, bob)) {
      assertWithin(second(179.5), second(180.02), pair.data(host).getLast().nanos());
      assertTrue(!pair.initiations(host).isEmpty());
    }
    pair.loseNothing();
    pair.run(6);
    assertEquals(pair.there.sentCount(), pair.there.arrivals().size(), "what waited has come");
    assertEquals(pair.back.sentCount(), pair.back.arrivals().size());
  }

  @Test
  void after180SecondsNeitherSideOpensWithOldKeys() {
    pair.connect();
    pair.back.send();
    pair.run(1);
    List<Datagram> held = new ArrayList<>();
    world
        .wire()
        .route(
            datagram -> {
              held.add(datagram);
              return null;
            });
    pair.there.send();
    pair.back.send();
    pair.run(1);
    pair.there.send();
    pair.back.send();
    pair.runUntil(179);
    held.removeIf(datagram -> datagram.payload()[0] != Messages.TYPE_TRANSPORT_DATA);
    world.network().deliver(held.get(0));
    world.network().deliver(held.get(1));
    pair.runUntil(181);
    assertEquals(2, pair.there.arrivals().size());
    assertEquals(2, pair.back.arrivals().size());
    world.network().deliver(held.get(2));
    world.network().deliver(held.get(3));
    pair.run(1);
    assertEquals(2, pair.there.arrivals().size());
    assertEquals(2, pair.back.arrivals().size());
    assertEquals(1, alice.dropped(DropReason.EXPIRED_KEYPAIR));
    assertEquals(1, bob.dropped(DropReason.EXPIRED_KEYPAIR));
  }

  @Test
  void keysAreZeroed540SecondsAfterTheHandshake() {
    pair.connect();
    List<Datagram> held = new ArrayList<>();
    world
        .wire()
        .route(
            datagram -> {
              held.add(datagram);
              return null;
            });
    pair.there.send();
    pair.run(1);
    pair.lose(s -> true);
    pair.runUntil(539);
    world.network().deliver(held.getFirst());
    pair.run(0.5);
    assertEquals(1, bob.dropped(DropReason.EXPIRED_KEYPAIR), "too old, but still there");
    pair.runUntil(541);
    world.network().deliver(held.getFirst());
    pair.run(0.5);
    assertEquals(1, bob.dropped(DropReason.UNKNOWN_INDEX), "gone");
  }

  // Retries.

  @Test
  void aHandshakeIsTriedAgainEvery5SecondsAndJitterUpTo18Times() {
    pair.lose(s -> true);
    pair.there.send();
    pair.run(600);
    List<Sighting> initiations = pair.initiations(alice);
    assertEquals(1 + 18, initiations.size());
    assertRetries(initiations);
    assertEquals(1, alice.dropped(DropReason.STAGED_PURGED));
    assertEquals(19, pair.seen(s -> true).size(), "and nothing else");

    pair.there.send();
    pair.run(120);
    assertEquals(2 * 19, pair.initiations(alice).size(), "the next packet begins anew");
  }

  @Test
  void aPacketWaitsAsLongAsThereAreRetries() {
    pair.lose(s -> true);
    pair.there.send();
    pair.run(90);
    assertEquals(0, alice.dropped(DropReason.STAGED_PURGED));
    pair.loseNothing();
    pair.run(6);
    assertEquals(1, pair.there.arrivals().size());
  }

  @Test
  void trafficKeepsTheRetriesGoing() {
    pair.lose(s -> true);
    world.every(SECOND, second(0), second(300), pair.there::send);
    pair.runUntil(300);
    assertRetries(pair.initiations(alice));
    assertTrue(pair.initiations(alice).size() >= 300 / 5.34);
  }

  @Test
  void theJitterDiffersFromRetryToRetryAndFromHostToHost() {
    pair.lose(s -> true);
    pair.there.send();
    pair.back.send();
    pair.run(100);
    long[] intervals = new long[36];
    for (int i = 0; i < 18; i++) {
      intervals[i] = interval(pair.initiations(alice), i);
      intervals[18 + i] = interval(pair.initiations(bob), i);
    }
    assertEquals(36, Arrays.stream(intervals).distinct().count());
  }

  private static long interval(List<Sighting> sightings, int i) {
    return sightings.get(i + 1).nanos() - sightings.get(i).nanos();
  }

  private static void assertRetries(List<Sighting> initiations) {
    for (int i = 1; i < initiations.size(); i++) {
      long before = initiations.get(i - 1).nanos();
      assertWithin(before + 5 * SECOND, before + 5 * SECOND + JITTER, initiations.get(i).nanos());
    }
  }

  // Passive keepalive and new handshake.

  @Test
  void dataIsAnsweredByOneKeepaliveAfter10SecondsAndThatByNothing() {
    pair.connectAndRest();
    pair.there.send();
    long sent = pair.now();
    pair.run(110);
    assertEquals(2, pair.seen(s -> true).size());
    Sighting keepalive = pair.keepalives(bob).getFirst();
    assertEquals(sent + DELAY + 10 * SECOND, keepalive.nanos());
  }

  @Test
  void dataTheOtherWayStandsForTheKeepalive() {
    pair.connectAndRest();
    pair.there.send();
    pair.run(9.9);
    pair.back.send();
    pair.run(9.9);
    assertEquals(List.of(), pair.seen(Sighting::isKeepalive));
    pair.run(1);
    assertEquals(1, pair.keepalives(alice).size(), "for Bob's, in turn");
    assertEquals(List.of(), pair.keepalives(bob));
  }

  @Test
  void twoIdleHostsAreSilent() {
    pair.connect();
    pair.back.send();
    pair.run(25);
    world.wire().forget();
    pair.run(3_600);
    assertEquals(List.of(), pair.seen(s -> true));
  }

  @Test
  void unansweredDataBringsAHandshakeAfter15SecondsAndJitter() {
    pair.connectAndRest();
    pair.lose(s -> s.isFrom(bob));
    pair.there.send();
    long sent = pair.now();
    pair.run(4);
    pair.there.send();
    pair.run(12);
    assertEquals(1, pair.initiations(alice).size());
    long initiation = pair.initiations(alice).getFirst().nanos();
    assertWithin(sent + 15 * SECOND, sent + 15 * SECOND + JITTER, initiation);
  }

  @Test
  void unansweredKeepalivesBringNoHandshake() {
    alice.peer(pair.bobAsPeer().keepalive(5));
    pair.run(1);
    pair.lose(s -> s.isFrom(bob));
    world.wire().forget();
    pair.run(100);
    assertEquals(List.of(), pair.initiations(alice));
  }

  // Persistent keepalive.

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 25, 110})
  void thePersistentKeepaliveRepeatsWhileIdle(int interval) {
    alice.peer(pair.bobAsPeer().keepalive(interval));
    pair.run(1);
    world.wire().forget();
    pair.runUntil(117);
    List<Sighting> keepalives = pair.keepalives(alice);
    assertWithin(116 / interval, 118 / interval, keepalives.size());
    for (int i = 1; i < keepalives.size(); i++) {
      assertEquals(keepalives.get(i - 1).nanos() + interval * SECOND, keepalives.get(i).nanos());
    }
    assertEquals(List.of(), pair.seen(s -> s.isFrom(bob)), "nobody answers them");
  }

  @Test
  void thePersistentKeepaliveIsPutOffByWhatWeSend() {
    alice.peer(pair.bobAsPeer().keepalive(5));
    pair.run(1);
    world.wire().forget();
    world.every(4 * SECOND, pair.now(), second(61), pair.there::send);
    world.every(4 * SECOND, pair.now() + 2 * SECOND, second(61), pair.back::send);
    pair.runUntil(61);
    assertEquals(List.of(), pair.keepalives(alice));
    assertEquals(List.of(), pair.keepalives(bob));
  }

  @Test
  void thePersistentKeepaliveIsPutOffByWhatWeReceive() {
    alice.peer(pair.bobAsPeer().keepalive(5));
    pair.run(1);
    world.wire().forget();
    world.every(4 * SECOND, pair.now(), second(101), pair.back::send);
    pair.runUntil(101);
    List<Sighting> keepalives = pair.keepalives(alice);
    // Only the passive ones are left, 10 s after data that nothing answered.
    assertTrue(keepalives.size() <= 10, keepalives::toString);
    for (int i = 1; i < keepalives.size(); i++) {
      assertTrue(keepalives.get(i).nanos() - keepalives.get(i - 1).nanos() >= 10 * SECOND);
    }
  }

  /** Also beyond the retries, after which without it a peer is given up. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 25})
  void thePersistentKeepaliveNeverGivesUp(int interval) {
    pair.lose(s -> true);
    alice.peer(pair.bobAsPeer().keepalive(interval));
    pair.run(3_600);
    List<Sighting> initiations = pair.initiations(alice);
    assertTrue(initiations.size() > 500, "only " + initiations.size());
    for (int i = 1; i < initiations.size(); i++) {
      long gap = initiations.get(i).nanos() - initiations.get(i - 1).nanos();
      assertWithin(5 * SECOND, 5 * SECOND + Math.max(JITTER, interval * SECOND), gap);
    }
    pair.loseNothing();
    pair.run(interval + 6);
    assertTrue(!pair.keepalives(alice).isEmpty(), "it came back");
  }

  @Test
  void twoPersistentKeepalivesDoNotFight() {
    pair.lose(s -> true);
    alice.peer(pair.bobAsPeer().keepalive(5));
    bob.peer(pair.aliceAsPeer().keepalive(5));
    pair.run(30);
    pair.loseNothing();
    pair.run(12);
    world.wire().forget();
    pair.run(100);
    assertEquals(List.of(), pair.seen(Pair::isHandshake));
    assertTrue(pair.keepalives(alice).size() + pair.keepalives(bob).size() >= 19);
  }

  // Others.

  @Test
  void aResponseMayTakeItsTime() {
    for (long delay : new long[] {130, 300, 2_400}) {
      Pair far = new Pair(delay);
      far.world.wire().conditions(Conditions.delay(delay * MILLISECOND));
      far.there.send();
      far.run(4 * delay / 1e3 + 0.1);
      assertEquals(1, far.there.arrivals().size());
      assertEquals(1, far.initiations(far.alice).size(), "at the first attempt");
    }
  }

  @Test
  void theResponderWaitsForTheInitiatorsFirstData() {
    pair.lose(s -> s.isFrom(alice) && s.type() == Messages.TYPE_TRANSPORT_DATA);
    pair.there.send();
    pair.run(0.5);
    pair.back.send();
    pair.run(4);
    assertEquals(List.of(), pair.seen(s -> s.isFrom(bob) && !Pair.isHandshake(s)));
    pair.loseNothing();
    pair.there.send();
    pair.run(0.1);
    assertEquals(1, pair.back.arrivals().size(), "at once, without a handshake of its own");
    assertEquals(List.of(), pair.initiations(bob));
  }

  @Test
  void ofWhatWaitsTheOldestGoesAndTheOrderStays() {
    pair.lose(s -> true);
    for (int i = 0; i < 300; i++) {
      pair.there.send(100 + i);
      pair.run(0.01);
    }
    pair.loseNothing();
    pair.run(3);
    List<Long> numbers = pair.there.arrivals().stream().map(Flow.Arrival::number).toList();
    assertEquals(LongStream.range(172, 300).boxed().toList(), numbers);
    assertEquals(172, alice.dropped(DropReason.STAGED_OVERFLOW));
  }
}
