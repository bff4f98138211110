package dev.warren.netstack;

import static dev.warren.netstack.HandPeer.FULL;
import static dev.warren.netstack.HandPeer.MILLI;
import static dev.warren.netstack.HandPeer.SECOND;
import static dev.warren.netstack.Segment.ACK;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Data that goes out while nothing is lost: how much, in what pieces, through which windows. */
class TcpSendTest {
  private static final byte[] NOTHING = {};
  private final HandPeer peer = new HandPeer().modern();

  private static int sum(List<Segment> segments) {
    return segments.stream().mapToInt(s -> s.data.length).sum();
  }

  @Test
  void tenSegmentsAtFirstThenTwiceAsMany() {
    TcpConnection connection = peer.accepted();
    connection.write(new byte[1 << 20], 0, 1 << 20);
    int expected = 10;
    for (int round = 0; round < 4; round++) {
      List<Segment> flight = peer.take();
      assertEquals(expected, flight.size());
      assertTrue(flight.stream().allMatch(s -> s.data.length == FULL));
      peer.now += 20 * MILLI;
      peer.acknowledge(flight.getLast().end());
      expected *= 2;
    }
  }

  @Test
  void oneCallFillsABatch() {
    HandPeer fast = new HandPeer(false, 8 << 20).modern();
    TcpConnection connection = fast.accepted();
    byte[] much = new byte[8 << 20];
    int end = 0;
    for (int size = 0; size < 1500; ) {
      connection.write(much, 0, much.length);
      List<Segment> flight = fast.take();
      size = flight.size();
      fast.now += 10 * MILLI;
      for (int i = 0; i < size; i += 32) {
        end = flight.get(Math.min(i + 31, size - 1)).end();
        fast.acknowledge(end);
      }
    }
    Batch batch = new Batch(1024, 4 << 20);
    assertEquals(1024, fast.stack.transmit(batch, fast.now));
    for (int i = 0; i < 1024; i++) {
      assertEquals(HandPeer.MTU, batch.length(i));
    }
  }

  @Test
  void whatIsWrittenIsWhatIsSent() {
    TcpConnection connection = peer.accepted();
    byte[] all = HandPeer.bytes(200_000);
    byte[] got = new byte[all.length];
    int base = peer.acknowledgment;
    connection.write(all, 0, all.length);
    while (!connection.isFlushed()) {
      List<Segment> flight = peer.take();
      for (Segment each : flight) {
        System.arraycopy(each.data, 0, got, each.sequence - base, each.data.length);
      }
      peer.now += MILLI;
      peer.acknowledge(flight.getLast().end());
    }
    assertArrayEquals(all, got);
    assertTrue(connection.isFlushed());
  }

  @Test
  void oneSmallSegmentAtATimeUnlessToldOtherwise() {
    TcpConnection connection = peer.accepted();
    connection.write(new byte[10], 0, 10);
    Segment first = peer.one();
    connection.write(new byte[10], 0, 10);
    peer.none();
    connection.write(new byte[FULL], 0, FULL);
    Segment full = peer.one();
    assertEquals(FULL, full.data.length);
    peer.acknowledge(first.end());
    peer.none();
    peer.acknowledge(full.end());
    Segment rest = peer.one();
    assertEquals(10, rest.data.length);
    connection.noDelay(true);
    connection.write(new byte[10], 0, 10);
    assertEquals(10, peer.one().data.length);
    connection.write(new byte[10], 0, 10);
    assertEquals(10, peer.one().data.length);
  }

  @Test
  void theOtherSidesWindowIsKept() {
    peer.scale = -1;
    peer.window = 5000;
    TcpConnection connection = peer.accepted();
    connection.write(new byte[100_000], 0, 100_000);
    List<Segment> flight = peer.take();
    assertEquals(3 * FULL, sum(flight));
    assertEquals(FULL, flight.getLast().data.length); // The silly rest stays.
    peer.acknowledge(flight.getLast().end());
    assertEquals(3 * FULL, sum(peer.take()));
  }

  @Test
  void anOldSegmentBringsNoWindow() {
    peer.scale = -1;
    peer.window = 0;
    TcpConnection connection = peer.accepted();
    peer.say(ACK, new byte[10]);
    peer.take();
    peer.say(ACK);
    connection.write(new byte[100], 0, 100);
    peer.none();
    peer.window = 5000;
    peer.sayAt(peer.sequence - 10, peer.acknowledgment, ACK, new byte[10]);
    assertEquals(0, sum(peer.take()));
  }

  @Test
  void aShutWindowIsProbedForever() {
    TcpConnection connection = peer.accepted();
    peer.window = 0;
    peer.say(ACK);
    connection.write(new byte[3 * FULL], 0, 3 * FULL);
    List<Long> gaps = new ArrayList<>();
    long last = peer.now;
    for (int i = 0; i < 7200; i++) {
      for (Segment probe : peer.during(SECOND)) {
        assertEquals(peer.acknowledgment - 1, probe.sequence);
        assertEquals(0, probe.data.length);
        gaps.add((probe.at - last) / MILLI);
        last = probe.at;
        peer.say(ACK);
      }
    }
    assertTrue(gaps.size() > 100 && gaps.size() < 140, gaps::toString);
    assertTrue(gaps.get(0) >= 200 && gaps.get(0) <= 1000, gaps::toString);
    assertEquals(60_000L, gaps.getLast());
    assertNull(peer.heard.failed);
    // It opens: all of it leaves at once, and a loss is not noticed a minute later.
    peer.window = 0xffff;
    peer.say(ACK);
    assertEquals(3 * FULL, sum(peer.take()));
    long since = peer.now;
    List<Segment> again = peer.during(2 * SECOND);
    assertTrue(!again.isEmpty() && again.getFirst().at - since <= SECOND, again::toString);
  }

  @Test
  void probesThatNobodyAnswersEnd() {
    TcpConnection connection = peer.accepted();
    peer.window = 0;
    peer.say(ACK);
    connection.write(new byte[100], 0, 100);
    peer.during(1800 * SECOND);
    assertEquals(TcpFailure.TIMED_OUT, peer.heard.failed);
  }

  @Test
  void aWindowThatStaysSmallIsUsedInTheEnd() {
    TcpConnection connection = peer.accepted();
    peer.window = 2; // 512 bytes, of 16 MB before
    peer.say(ACK);
    connection.write(new byte[100_000], 0, 100_000);
    int base = peer.acknowledgment;
    for (int i = 0; i < 20; i++) {
      for (Segment each : peer.during(SECOND)) {
        int length = each.end() - peer.acknowledgment;
        assertTrue(length <= 512, each::toString);
        if (length > 0) {
          peer.acknowledge(each.end());
        }
      }
    }
    int sent = peer.acknowledgment - base;
    assertTrue(sent > 5000, sent + " bytes");
  }

  @Test
  void smallerPacketsWhereARouterSaysSo() {
    TcpConnection connection = peer.accepted();
    connection.write(new byte[5 * FULL], 0, 5 * FULL);
    List<Segment> flight = peer.take();
    Segment foreign = new Segment(peer.now, flight.getFirst().packet.clone());
    foreign.packet[24] ^= 0x40; // another sequence number: made up
    Wire.fixV4(foreign.packet);
    peer.icmp(foreign, 0x0304, 1000);
    peer.none();
    peer.icmp(flight.getFirst(), 0x0304, 1000);
    List<Segment> again = peer.take();
    assertTrue(again.size() >= 5);
    assertEquals(flight.getFirst().sequence, again.getFirst().sequence);
    assertTrue(again.stream().allMatch(s -> s.packet.length <= 1000));
    peer.acknowledge(again.getLast().end());
    for (Segment each : peer.take()) {
      assertTrue(each.packet.length <= 1000);
    }
    // Ten minutes later the path is tried anew.
    peer.now += 700 * SECOND;
    while (!connection.isFlushed()) {
      peer.acknowledge(peer.during(SECOND).getLast().end());
    }
    connection.write(new byte[FULL], 0, FULL);
    assertEquals(FULL, peer.one().data.length);
  }

  @Test
  void unreachableEndsWhatIsBeingOpenedAndNothingElse() {
    for (int code : new int[] {0, 1, 13, 3, 2}) {
      HandPeer other = new HandPeer();
      other.calling();
      Segment syn = other.one();
      other.icmp(syn, 0x0300 | code, 0);
      TcpFailure expected = code == 3 || code == 2 ? TcpFailure.REFUSED : TcpFailure.UNREACHABLE;
      assertEquals(expected, other.heard.failed);
    }
    TcpConnection connection = peer.accepted();
    connection.write(new byte[100], 0, 100);
    Segment data = peer.one();
    for (int code = 0; code < 16; code++) {
      peer.icmp(data, 0x0300 | code, 1400);
    }
    assertNull(peer.heard.failed);
    assertEquals(TcpState.ESTABLISHED, connection.state());
  }

  @Test
  void keepAlivesAskThreeTimes() {
    TcpConnection connection = peer.accepted();
    connection.keepAlive(true, 10 * SECOND, SECOND, 3);
    long start = peer.now;
    Segment probe = peer.during(10 * SECOND).getFirst();
    assertEquals(10 * SECOND, probe.at - start);
    assertEquals(peer.acknowledgment - 1, probe.sequence);
    peer.say(ACK);
    start = peer.now;
    List<Segment> probes = peer.during(60 * SECOND);
    assertEquals(3, probes.size(), probes::toString);
    assertEquals(10 * SECOND, probes.get(0).at - start);
    assertEquals(12 * SECOND, probes.get(2).at - start);
    assertEquals(TcpFailure.TIMED_OUT, peer.heard.failed);
  }

  @Test
  void aKeepAliveOfTheOtherSideIsAnswered() {
    TcpConnection connection = peer.accepted();
    peer.say(ACK, new byte[5]);
    peer.take();
    peer.sayAt(peer.sequence - 1, peer.acknowledgment, ACK, NOTHING);
    assertEquals(peer.sequence, peer.one().acknowledgment);
    peer.sayAt(peer.sequence - 1, peer.acknowledgment, ACK, new byte[1]); // BSD's
    assertEquals(peer.sequence, peer.one().acknowledgment);
    assertEquals(5, connection.readableBytes());
  }

  @Test
  void theProgramsPatienceIsKeptToTheTime() {
    TcpConnection connection = peer.accepted();
    connection.userTimeout(5 * SECOND);
    peer.during(100 * SECOND);
    connection.write(new byte[100], 0, 100);
    peer.during(4990 * MILLI);
    assertNull(peer.heard.failed);
    peer.during(20 * MILLI);
    assertEquals(TcpFailure.TIMED_OUT, peer.heard.failed);
  }

  @Test
  void aWindowGrowsWithTheSegment() {
    Cubic cubic = new Cubic(536);
    cubic.timedOut(5360);
    cubic.mss(1380);
    assertTrue(cubic.window() >= 1380, "one segment must always be allowed");
  }
}
