package dev.warren.netstack;

import static dev.warren.netstack.HandPeer.FULL;
import static dev.warren.netstack.HandPeer.MILLI;
import static dev.warren.netstack.HandPeer.SECOND;
import static dev.warren.netstack.Segment.ACK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is sent again, when, and how much of it. */
class TcpLossTest {
  private static final byte[] NOTHING = {};

  /** Opens and lets the congestion window grow to {@code segments}; answers the last flight. */
  private static List<Segment> flight(HandPeer peer, TcpConnection connection, int segments) {
    List<Segment> flight = List.of();
    while (flight.size() < segments) {
      connection.write(new byte[1 << 20], 0, 1 << 20);
      if (!flight.isEmpty()) {
        peer.now += 20 * MILLI;
        peer.acknowledge(flight.getLast().end());
      }
      flight = peer.take();
    }
    return flight;
  }

  @Test
  void threeDuplicatesBringOneSegmentBackAndTwoReleaseNewOnes() {
    HandPeer peer = new HandPeer();
    peer.scale = 8;
    TcpConnection connection = peer.accepted();
    List<Segment> flight = flight(peer, connection, 10);
    int una = flight.getFirst().sequence;
    peer.acknowledge(una);
    Segment first = peer.one(); // limited transmit, RFC 3042
    assertEquals(flight.getLast().end(), first.sequence);
    peer.acknowledge(una);
    assertEquals(first.end(), peer.one().sequence);
    peer.acknowledge(una);
    List<Segment> third = peer.take();
    assertEquals(una, third.getFirst().sequence);
    assertTrue(third.stream().skip(1).allMatch(s -> s.sequence - first.end() > 0));
    // A partial acknowledgement shows the next hole at once (RFC 6582).
    peer.now += 10 * MILLI;
    int hole = flight.get(4).sequence;
    peer.acknowledge(hole);
    assertEquals(hole, peer.take().getFirst().sequence);
  }

  @Test
  void aDuplicateWithDataOrAnotherWindowIsNone() {
    HandPeer peer = new HandPeer();
    peer.scale = 8;
    TcpConnection connection = peer.accepted();
    List<Segment> flight = flight(peer, connection, 10);
    int una = flight.getFirst().sequence;
    for (int i = 0; i < 5; i++) {
      peer.acknowledgment = una;
      peer.say(ACK, new byte[10]);
      peer.window--;
      peer.say(ACK);
    }
    assertTrue(peer.take().stream().noneMatch(s -> s.data.length > 0 && s.sequence == una));
  }

  @Test
  void holesAreFilledWithoutWaiting() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    List<Segment> flight = flight(peer, connection, 20);
    int una = flight.getFirst().sequence;
    // Lost are 0, 3 and 4.
    List<Segment> again = new ArrayList<>();
    int[][] heard = {{1, 3}, {1, 3, 5, 6}, {1, 3, 5, 8}, {1, 3, 5, 12}, {1, 3, 5, 20}};
    for (int[] ranges : heard) {
      int[] edges = new int[ranges.length];
      for (int i = 0; i < ranges.length; i++) {
        edges[i] = flight.getFirst().sequence + FULL * ranges[i];
      }
      peer.now += MILLI;
      peer.acknowledge(una, HandPeer.sackOption(edges));
      again.addAll(peer.take());
    }
    List<Integer> resent =
        again.stream()
            .filter(s -> s.data.length > 0 && s.sequence - flight.getLast().end() < 0)
            .map(s -> (s.sequence - una) / FULL)
            .toList();
    assertEquals(List.of(0, 3, 4), resent);
  }

  @Test
  void recoveryHalvesAndDoesNotBurst() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    List<Segment> flight = flight(peer, connection, 80);
    int una = flight.getFirst().sequence;
    int sent = 0;
    for (int i = 2; i <= flight.size(); i++) {
      peer.acknowledge(una, HandPeer.sackOption(una + FULL, una + FULL * i));
      int count = peer.take().size();
      sent += count;
      assertTrue(count <= 3, () -> count + " at one acknowledgement");
    }
    // 0.7 of what was under way, less the segment that is missing.
    int limit = flight.size() * 75 / 100;
    assertTrue(sent > flight.size() / 2 && sent <= limit, sent + " of " + flight.size());
  }

  @Test
  void afterATimeoutOneSegmentThenTwo() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    List<Segment> flight = flight(peer, connection, 40);
    int una = flight.getFirst().sequence;
    List<Segment> first = peer.during(SECOND).stream().filter(s -> s.data.length > 0).toList();
    assertTrue(first.stream().allMatch(s -> s.sequence == una), first::toString);
    // The very last had arrived: that says nothing of the network's room for all the others.
    int edge = flight.getLast().sequence;
    peer.acknowledge(una + FULL, HandPeer.sackOption(edge, edge + FULL));
    List<Segment> second = peer.take();
    assertTrue(second.size() <= 2, () -> second.size() + " at once");
    // And what the other side has by now is not sent again.
    int have = una + 2 * FULL;
    peer.acknowledge(second.getFirst().end(), HandPeer.sackOption(have + FULL, have + 20 * FULL));
    for (int i = 0; i < 20; i++) {
      for (Segment each : peer.take()) {
        int offset = (each.sequence - have) / FULL;
        assertTrue(offset < 1 || offset >= 20, () -> "sent again " + offset);
      }
      peer.now += MILLI;
      peer.acknowledge(have + 20 * FULL);
    }
  }

  @Test
  void timeoutsDoubleUpToAMinuteAndEnd() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    connection.write(new byte[100], 0, 100);
    long start = peer.now;
    List<Segment> all = peer.during(1800 * SECOND);
    long gap = 200;
    long at = 0;
    for (Segment each : all) {
      assertEquals(at, (each.at - start) / MILLI);
      at += gap;
      gap = Math.min(2 * gap, 60_000);
    }
    assertEquals(13, all.size());
    assertEquals(TcpFailure.TIMED_OUT, peer.heard.failed);
  }

  @Test
  void aSecondTimeoutInARowLeavesTheThreshold() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    int flight = flight(peer, connection, 40).size();
    peer.during(2 * SECOND);
    int threshold = connection.block().send.cubic.threshold();
    assertTrue(threshold > flight / 2 * FULL, () -> threshold + " after " + flight + " segments");
  }

  @Test
  void whoWasIdleBeginsWithTenSegments() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    int size = 0;
    for (int round = 0; round < 3; round++) {
      connection.write(new byte[50 * FULL], 0, 50 * FULL);
      size = 0;
      while (!connection.isFlushed()) {
        List<Segment> flight = peer.take();
        size = Math.max(size, flight.size());
        peer.now += 20 * MILLI;
        peer.acknowledge(flight.getLast().end());
      }
    }
    assertEquals(50, size);
    peer.during(10 * SECOND);
    connection.write(new byte[50 * FULL], 0, 50 * FULL);
    assertEquals(10, peer.take().size());
  }

  @Test
  void idleTimeIsNoRoundTrip() {
    HandPeer peer = new HandPeer(); // No timestamps.
    TcpConnection connection = peer.called();
    peer.during(100 * SECOND);
    connection.write(new byte[100], 0, 100);
    peer.acknowledge(peer.one().end());
    connection.write(new byte[100], 0, 100);
    long since = peer.now;
    peer.one();
    Segment again = peer.during(100 * SECOND).getFirst();
    assertTrue(again.at - since <= SECOND, again::toString);
  }

  @Test
  void theHandshakeIsMeasured() {
    HandPeer peer = new HandPeer(); // No timestamps.
    TcpConnection connection = peer.calling();
    Segment syn = peer.one();
    peer.now += 300 * MILLI;
    peer.acknowledgment = syn.sequence + 1;
    peer.say(Segment.SYN | ACK);
    peer.one();
    connection.write(new byte[100], 0, 100);
    long since = peer.now;
    peer.one();
    Segment again = peer.during(10 * SECOND).getFirst();
    assertEquals(900, (again.at - since) / MILLI); // RFC 6298: 300 + 4 * 150
  }

  @Test
  void whatWasSentTwiceIsNotMeasuredAndKeepsTheLongTimeout() {
    HandPeer peer = new HandPeer(); // No timestamps.
    TcpConnection connection = peer.called();
    connection.write(new byte[100], 0, 100);
    int end = peer.one().end();
    List<Segment> again = peer.during(2 * SECOND);
    assertEquals(3, again.size(), again::toString);
    peer.acknowledge(end); // Of which? Karn.
    connection.write(new byte[100], 0, 100);
    long since = peer.now;
    int next = peer.one().end();
    Segment late = peer.during(10 * SECOND).getFirst();
    assertTrue(late.at - since >= 1600 * MILLI, late::toString);
    peer.acknowledge(next);
    // Until something is measured again.
    connection.write(new byte[100], 0, 100);
    peer.acknowledge(peer.one().end());
    connection.write(new byte[100], 0, 100);
    long then = peer.now;
    peer.one();
    Segment soon = peer.during(10 * SECOND).getFirst();
    assertTrue(soon.at - then <= 1000 * MILLI, soon::toString);
  }

  @Test
  void whatTheOtherSideThrewAwayIsSentAgain() {
    // RFC 2018 §8: it may go back on what it said, which a timeout assumes.
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    connection.write(new byte[5 * FULL], 0, 5 * FULL);
    List<Segment> flight = peer.take();
    int una = flight.getFirst().sequence;
    peer.acknowledge(una, HandPeer.sackOption(una + FULL, una + 3 * FULL));
    peer.take();
    for (int i = 0; i < 40 && !connection.isFlushed(); i++) {
      for (Segment each : peer.during(SECOND)) {
        if (each.data.length > 0 && each.sequence == peer.acknowledgment) {
          peer.acknowledge(each.end());
        }
      }
    }
    assertTrue(connection.isFlushed());
  }

  @Test
  void blocksThatCannotBeAreNoNews() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    connection.write(new byte[5 * FULL], 0, 5 * FULL);
    int end = peer.take().getLast().end();
    int una = peer.acknowledgment;
    peer.acknowledge(una, HandPeer.sackOption(end, end + 5000));
    peer.acknowledge(una, HandPeer.sackOption(una - 9000, una - 100));
    peer.acknowledge(una, HandPeer.sackOption(una + 500, una + 400));
    peer.acknowledge(una, HandPeer.sackOption(una, una));
    peer.none();
    peer.sayAt(peer.sequence, una, ACK, NOTHING);
    peer.none();
  }
}
