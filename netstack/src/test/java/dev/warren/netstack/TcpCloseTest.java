package dev.warren.netstack;

import static dev.warren.netstack.HandPeer.FULL;
import static dev.warren.netstack.HandPeer.SECOND;
import static dev.warren.netstack.Segment.ACK;
import static dev.warren.netstack.Segment.FIN;
import static dev.warren.netstack.Segment.RST;
import static dev.warren.netstack.Segment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How connections end, segment by segment. */
class TcpCloseTest {
  private static final byte[] NOTHING = {};
  private final HandPeer peer = new HandPeer().modern();
  private final TcpConnection connection = peer.accepted();

  private Segment shutdown() {
    connection.shutdownOutput();
    Segment fin = peer.one();
    assertEquals(FIN | ACK, fin.flags & (FIN | ACK));
    return fin;
  }

  private void toTimeWait() {
    peer.acknowledge(shutdown().end());
    peer.say(FIN | ACK);
    assertEquals(peer.sequence, peer.one().acknowledgment);
    assertEquals(TcpState.TIME_WAIT, connection.state());
  }

  @Test
  void halfClosedStillReceives() {
    connection.write(new byte[10], 0, 10);
    Segment fin = shutdown();
    assertEquals(10, fin.data.length);
    assertFalse(connection.isFlushed());
    assertEquals(-2, connection.write(new byte[1], 0, 1));
    assertEquals(TcpState.FIN_WAIT_1, connection.state());
    peer.acknowledge(fin.end());
    assertTrue(connection.isFlushed());
    assertEquals(TcpState.FIN_WAIT_2, connection.state());
    peer.during(3600 * SECOND);
    peer.say(ACK, new byte[50]);
    assertEquals(50, connection.read(new byte[100], 0, 100));
    peer.say(FIN | ACK);
    assertEquals(-1, connection.read(new byte[100], 0, 100));
    assertEquals(TcpState.TIME_WAIT, connection.state());
    assertEquals(1, peer.heard.closed);
    assertNull(peer.heard.failed);
  }

  @Test
  void theFinIsRepeatedUntilItIsAcknowledged() {
    Segment fin = shutdown();
    List<Segment> again = peer.during(3 * SECOND);
    assertTrue(again.size() >= 3, again::toString);
    assertTrue(again.stream().allMatch(s -> s.has(FIN) && s.sequence == fin.sequence));
    peer.acknowledge(fin.end());
    assertEquals(List.of(), peer.during(10 * SECOND));
    assertEquals(TcpState.FIN_WAIT_2, connection.state());
  }

  @Test
  void bothCloseAtOnce() {
    Segment fin = shutdown();
    peer.say(FIN | ACK); // does not acknowledge ours
    assertEquals(TcpState.CLOSING, connection.state());
    assertEquals(peer.sequence, peer.one().acknowledgment);
    peer.acknowledge(fin.end());
    assertEquals(TcpState.TIME_WAIT, connection.state());
  }

  @Test
  void theOneWhoClosesLastForgetsAtOnce() {
    peer.say(FIN | ACK);
    peer.take();
    assertEquals(TcpState.CLOSE_WAIT, connection.state());
    connection.write(new byte[10], 0, 10);
    Segment fin = shutdown();
    assertEquals(TcpState.LAST_ACK, connection.state());
    peer.acknowledge(fin.end());
    assertEquals(TcpState.CLOSED, connection.state());
    assertEquals(1, peer.heard.closed);
    assertEquals(Long.MAX_VALUE, peer.stack.nextDeadlineNanos());
  }

  @Test
  void timeWaitLastsAMinuteFromTheLastFin() {
    toTimeWait();
    peer.during(50 * SECOND);
    peer.sayAt(peer.sequence - 1, peer.acknowledgment, FIN | ACK, NOTHING);
    assertEquals(peer.sequence, peer.one().acknowledgment);
    peer.during(59 * SECOND);
    assertEquals(TcpState.TIME_WAIT, connection.state());
    peer.sayAt(peer.sequence, peer.acknowledgment, RST, NOTHING); // RFC 1337
    assertEquals(TcpState.TIME_WAIT, connection.state());
    peer.during(2 * SECOND);
    assertEquals(TcpState.CLOSED, connection.state());
    assertNull(peer.heard.failed);
  }

  @ParameterizedTest
  @CsvSource({"1, 0, true", "-5000, 1, true", "-5000, 0, false"})
  void aNewConnectionMayTakeThePlaceOfOneInTimeWait(int at, int newer, boolean taken) {
    peer.stamp = 100;
    toTimeWait();
    peer.now += SECOND;
    peer.stamp += newer;
    int start = peer.sequence + at;
    peer.sayAt(start, 0, SYN, NOTHING);
    Segment answer = peer.one();
    assertEquals(taken ? SYN | ACK : ACK, answer.flags);
    if (taken) {
      assertEquals(start + 1, answer.acknowledgment);
      assertTrue(answer.sequence - peer.acknowledgment > 0, "numbers of before");
      assertNull(peer.heard.failed);
    }
  }

  @Test
  void unreadDataResets() {
    peer.say(ACK, new byte[10]);
    peer.take();
    connection.close();
    Segment reset = peer.one();
    assertTrue(reset.has(RST));
    assertEquals(peer.acknowledgment, reset.sequence);
    assertEquals(TcpState.CLOSED, connection.state());
  }

  @Test
  void dataAfterCloseResets() {
    connection.close();
    peer.acknowledge(peer.one().end());
    peer.say(ACK, new byte[10]);
    assertTrue(peer.one().has(RST));
    assertEquals(TcpState.CLOSED, connection.state());
  }

  @Test
  void abortResets() {
    connection.write(new byte[10], 0, 10);
    Segment data = peer.one();
    connection.abort();
    Segment reset = peer.one();
    assertTrue(reset.has(RST));
    assertEquals(data.end(), reset.sequence);
    assertEquals(TcpFailure.ABORTED, connection.failure());
  }

  @Test
  void aClosedOneWaitsAMinuteForTheOtherSidesFin() {
    connection.close();
    peer.acknowledge(peer.one().end());
    assertEquals(TcpState.FIN_WAIT_2, connection.state());
    peer.during(61 * SECOND);
    assertEquals(TcpState.CLOSED, connection.state());
  }

  @Test
  void aClosedOneDoesNotWaitForeverBeforeAShutWindow() {
    peer.window = 0;
    peer.say(ACK);
    connection.write(new byte[1000], 0, 1000);
    connection.close();
    for (int i = 0; i < 3600 && connection.state() != TcpState.CLOSED; i++) {
      if (!peer.during(SECOND).isEmpty()) {
        peer.say(ACK); // It is still there, and still takes nothing.
      }
    }
    assertEquals(TcpState.CLOSED, connection.state());
  }

  @Test
  void whatIsWrittenBehindTheEndIsNoPartOfTheStream() {
    connection.write(new byte[10], 0, 10);
    Segment fin = shutdown();
    connection.out().put(new byte[100], 0, 100); // By a writer who had asked before.
    peer.none();
    peer.acknowledge(fin.end());
    assertEquals(TcpState.FIN_WAIT_2, connection.state());
    assertTrue(connection.isFlushed());
    peer.say(FIN | ACK);
    assertEquals(TcpState.TIME_WAIT, connection.state());
    assertEquals(fin.end(), peer.one().sequence);
  }

  @Test
  void aFinIsSentAgainWithTheDataBeforeIt() {
    int length = 3 * FULL + 5;
    connection.write(HandPeer.bytes(length), 0, length);
    connection.shutdownOutput();
    List<Segment> first = peer.take();
    assertTrue(first.getLast().has(FIN));
    int base = first.getFirst().sequence;
    peer.acknowledge(first.getFirst().end());
    List<Segment> again = peer.during(SECOND);
    assertEquals(first.getFirst().end(), again.getFirst().sequence);
    peer.acknowledge(again.getLast().end());
    for (int i = 0; i < 10 && connection.state() == TcpState.FIN_WAIT_1; i++) {
      List<Segment> more = peer.during(SECOND);
      if (!more.isEmpty()) {
        peer.acknowledge(more.getLast().end());
      }
    }
    assertEquals(TcpState.FIN_WAIT_2, connection.state());
    assertEquals(base + length + 1, peer.acknowledgment);
    assertNotEquals(TcpFailure.TIMED_OUT, peer.heard.failed);
  }
}
