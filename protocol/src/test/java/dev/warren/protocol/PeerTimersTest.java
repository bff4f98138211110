package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.SECOND;
import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One peer's timers by themselves: which event sets, puts off and stops which. */
class PeerTimersTest {
  private static final long JITTER = Messages.REKEY_TIMEOUT_JITTER_MAX;

  private final TestDevice[] pair = TestDevice.pair(12);
  private final Peer peer = pair[0].peer(pair[1]);
  private final DeadlineHeap heap = new DeadlineHeap();
  private final PeerTimers timers = new PeerTimers(peer, heap, new SeededRandom(12));
  private final List<String> done = new ArrayList<>();

  private final PeerTimers.Actions actions =
      new PeerTimers.Actions() {
        @Override
        public void sendInitiation(Peer peer, long now) {
          done.add("initiation");
          timers.handshakeInitiated(now);
        }

        @Override
        public void sendKeepalive(Peer peer, long now) {
          done.add("keepalive");
          timers.authenticatedPacketTraversed(now);
          timers.authenticatedPacketSent();
        }

        @Override
        public void giveUpHandshake(Peer peer) {
          done.add("give up");
        }

        @Override
        public void zeroKeyMaterial(Peer peer) {
          done.add("zero");
        }
      };

  @Test
  void nothingIsDueByItself() {
    timers.start();
    assertEquals(PeerTimers.OFF, heap.nextNanos());
  }

  @Test
  void stoppedTimersIgnoreEvents() {
    peer.persistentKeepaliveSeconds(1);
    allEvents();
    assertEquals(PeerTimers.OFF, heap.nextNanos());
    timers.start();
    allEvents();
    assertTrue(heap.nextNanos() <= START + SECOND);
    timers.stop();
    assertEquals(PeerTimers.OFF, heap.nextNanos());
    allEvents();
    assertEquals(PeerTimers.OFF, heap.nextNanos());
    timers.start();
    assertEquals(List.of(), runUntil(START + 1_000 * SECOND));
  }

  private void allEvents() {
    timers.dataSent(START);
    timers.dataReceived(START);
    timers.authenticatedPacketTraversed(START);
    timers.handshakeInitiated(START);
    timers.sessionDerived(START);
  }

  @Test
  void dataReceivedIsAnsweredByOneKeepalive() {
    timers.start();
    timers.dataReceived(START);
    assertEquals(List.of(), runUntil(START + 10 * SECOND - 1));
    assertEquals(List.of("keepalive"), runUntil(START + 10 * SECOND));
    assertEquals(List.of(), runUntil(START + 1_000 * SECOND));
  }

  @Test
  void dataThatComesWhileAKeepaliveIsDueGetsAnother() {
    timers.start();
    timers.dataReceived(START);
    timers.dataReceived(START + 9 * SECOND);
    timers.dataReceived(START + 9 * SECOND);
    assertEquals(List.of("keepalive"), runUntil(START + 10 * SECOND));
    assertEquals(List.of("keepalive"), runUntil(START + 20 * SECOND));
    assertEquals(List.of(), runUntil(START + 1_000 * SECOND));
  }

  @Test
  void whateverWeSendStandsForTheKeepalive() {
    timers.start();
    timers.dataReceived(START);
    timers.authenticatedPacketSent();
    assertEquals(List.of(), runUntil(START + 1_000 * SECOND));
  }

  @Test
  void unansweredDataBeginsAHandshakeAfter15SecondsAndJitter() {
    timers.start();
    timers.dataSent(START);
    timers.dataSent(START + 14 * SECOND); // The first counts.
    assertEquals(List.of(), runUntil(START + 15 * SECOND - 1));
    assertEquals(List.of("initiation"), runUntil(START + 15 * SECOND + JITTER));
  }

  @Test
  void whateverWeReceiveIsAnAnswer() {
    timers.start();
    timers.dataSent(START);
    timers.authenticatedPacketReceived();
    assertEquals(List.of(), runUntil(START + 1_000 * SECOND));
  }

  @Test
  void theJitterIsSpreadOverItsWholeRange() {
    timers.start();
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1_000; i++) {
      timers.handshakeInitiated(START);
      long jitter = heap.nextNanos() - START - 5 * SECOND;
      assertTrue(jitter >= 0 && jitter <= JITTER);
      least = Math.min(least, jitter);
      most = Math.max(most, jitter);
      timers.handshakeComplete();
      timers.stop();
      timers.start();
    }
    assertTrue(least < JITTER / 50 && most > JITTER - JITTER / 50);
  }

  @Test
  void aHandshakeIsTried18TimesMoreAndThenGivenUp() {
    timers.start();
    timers.handshakeInitiated(START);
    long now = START;
    for (int retry = 1; retry <= 18; retry++) {
      assertEquals(List.of(), runUntil(now + 5 * SECOND - 1));
      now = heap.nextNanos();
      assertEquals(List.of("initiation"), runUntil(now));
      assertEquals(retry, timers.handshakeAttempts());
    }
    assertTrue(now - START <= 90 * SECOND + 18 * JITTER);
    assertEquals(List.of("give up"), runUntil(now + 5 * SECOND + JITTER));
    assertEquals(List.of("zero"), runUntil(now + 600 * SECOND));
    assertEquals(PeerTimers.OFF, heap.nextNanos());
  }

  @Test
  void givingUpLeavesTheZeroingTimeOfTheLastKeysAlone() {
    timers.start();
    timers.sessionDerived(START);
    timers.handshakeInitiated(START + 400 * SECOND);
    runUntil(START + 540 * SECOND - 1);
    assertEquals(List.of("zero"), runUntil(START + 540 * SECOND));
    assertEquals(List.of(), runUntil(START + 2_000 * SECOND));
  }

  @Test
  void somethingElseThatBeginsAHandshakeCountsAfresh() {
    timers.start();
    timers.handshakeInitiated(START);
    runUntil(START + 60 * SECOND);
    assertTrue(timers.handshakeAttempts() > 10);
    timers.resetHandshakeAttempts();
    assertEquals(18, runUntil(START + 300 * SECOND).indexOf("give up"));
  }

  @Test
  void aFinishedHandshakeIsNotRetried() {
    timers.start();
    timers.handshakeInitiated(START);
    timers.handshakeComplete();
    assertEquals(0, timers.handshakeAttempts());
    assertEquals(List.of(), runUntil(START + 1_000 * SECOND));
  }

  @Test
  void theLastMinuteHandshakeIsTakenOncePerHandshake() {
    timers.start();
    assertTrue(timers.takeLastMinuteHandshake());
    assertFalse(timers.takeLastMinuteHandshake());
    timers.handshakeComplete();
    assertTrue(timers.takeLastMinuteHandshake());
  }

  @Test
  void thePersistentKeepaliveRepeatsAndIsPutOffByTraffic() {
    peer.persistentKeepaliveSeconds(25);
    timers.start();
    timers.authenticatedPacketTraversed(START);
    timers.authenticatedPacketTraversed(START + 24 * SECOND);
    assertEquals(List.of(), runUntil(START + 49 * SECOND - 1));
    assertEquals(List.of("keepalive"), runUntil(START + 49 * SECOND));
    assertEquals(List.of("keepalive"), runUntil(START + 74 * SECOND));
    assertEquals(4, runUntil(START + 174 * SECOND).size());
  }

  @Test
  void theLongestPersistentKeepaliveIsNotCutShort() {
    peer.persistentKeepaliveSeconds(65535);
    timers.start();
    timers.authenticatedPacketTraversed(START);
    assertEquals(START + 65535 * SECOND, heap.nextNanos());
  }

  @Test
  void thePersistentKeepaliveEndsWhenItIsSwitchedOff() {
    peer.persistentKeepaliveSeconds(25);
    timers.start();
    timers.authenticatedPacketTraversed(START);
    peer.persistentKeepaliveSeconds(0);
    assertEquals(List.of(), runUntil(START + 1_000 * SECOND));
  }

  /** Expires what is due, at the time it is due, and answers what that did. */
  private List<String> runUntil(long end) {
    done.clear();
    while (heap.nextNanos() <= end) {
      long now = heap.nextNanos();
      PeerTimers due = heap.pollDue(now);
      if (due != null) {
        due.expire(actions, now);
      }
    }
    return List.copyOf(done);
  }
}
