package dev.warren.netstack;

import static dev.warren.netstack.HandPeer.FULL;
import static dev.warren.netstack.HandPeer.MILLI;
import static dev.warren.netstack.HandPeer.SECOND;
import static dev.warren.netstack.Segment.ACK;
import static dev.warren.netstack.Segment.FIN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that comes in: order, acknowledgements, windows. */
class TcpReceiveTest {
  private static final byte[] NOTHING = {};

  /** Sends until acknowledgements are delayed. */
  private static void warm(HandPeer peer, TcpConnection connection) {
    for (int i = 0; i < 20; i++) {
      peer.say(ACK, new byte[FULL]);
      peer.during(100 * MILLI);
    }
    drain(connection);
  }

  private static int drain(TcpConnection connection) {
    byte[] buffer = new byte[1 << 16];
    int sum = 0;
    for (int count; (count = connection.read(buffer, 0, buffer.length)) > 0; ) {
      sum += count;
    }
    return sum;
  }

  @Test
  void oneSegmentIsAcknowledgedLaterTwoAtOnce() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    warm(peer, connection);
    peer.take();
    peer.say(ACK, new byte[FULL]);
    peer.none();
    long since = peer.now;
    List<Segment> late = peer.during(SECOND);
    assertEquals(1, late.size(), late::toString);
    assertEquals(40 * MILLI, late.getFirst().at - since);
    peer.say(ACK, new byte[FULL]);
    peer.none();
    peer.say(ACK, new byte[FULL]);
    assertEquals(peer.sequence, peer.one().acknowledgment);
    assertEquals(List.of(), peer.during(SECOND));
  }

  @Test
  void anAnswerTakesTheAcknowledgementAlong() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    warm(peer, connection);
    peer.take();
    peer.say(ACK, new byte[10]);
    connection.write(new byte[5], 0, 5);
    Segment answer = peer.one();
    assertEquals(5, answer.data.length);
    assertEquals(peer.sequence, answer.acknowledgment);
    peer.acknowledge(answer.end());
    assertEquals(List.of(), peer.during(SECOND));
  }

  @Test
  void aBatchBringsOneAcknowledgement() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    Batch batch = new Batch(64, 1 << 20);
    for (int i = 0; i < 64; i++) {
      TwoHosts.add(batch, peer.packetAt(peer.sequence, peer.acknowledgment, ACK, new byte[FULL]));
      peer.sequence += FULL;
    }
    peer.stack.receive(batch, peer.now);
    assertEquals(peer.sequence, peer.one().acknowledgment);
    assertEquals(1, peer.heard.readable);
    assertEquals(64 * FULL, drain(connection));
  }

  @Test
  void theEchoIsThatOfTheOldestUnacknowledged() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    warm(peer, connection);
    peer.take();
    peer.stamp = 500;
    peer.say(ACK, new byte[FULL]);
    peer.stamp = 530; // Within the delay: the round trip includes it (RFC 7323 §4.2).
    peer.say(ACK, new byte[FULL]);
    assertEquals(500, peer.one().echo);
  }

  @Test
  void holesAreSaidNewestFirst() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    byte[] all = HandPeer.bytes(700);
    int base = peer.sequence;
    int[][] order = {{100, 200}, {300, 400}, {500, 600}};
    for (int[] range : order) {
      peer.sayAt(
          base + range[0], peer.acknowledgment, ACK, Arrays.copyOfRange(all, range[0], range[1]));
      Segment answer = peer.one();
      assertEquals(base, answer.acknowledgment);
      assertEquals(base + range[0], answer.blocks.get(0));
      assertEquals(base + range[1], answer.blocks.get(1));
    }
    peer.sayAt(base + 300, peer.acknowledgment, ACK, Arrays.copyOfRange(all, 300, 450));
    Segment grown = peer.one();
    assertEquals(List.of(base + 300, base + 450), grown.blocks.subList(0, 2));
    assertEquals(6, grown.blocks.size());
    peer.sayAt(base, peer.acknowledgment, ACK, Arrays.copyOfRange(all, 0, 250));
    Segment half = peer.one();
    assertEquals(base + 250, half.acknowledgment);
    assertEquals(4, half.blocks.size());
    peer.sayAt(base + 250, peer.acknowledgment, ACK, Arrays.copyOfRange(all, 250, 700));
    Segment whole = peer.one();
    assertEquals(base + 700, whole.acknowledgment);
    assertEquals(List.of(), whole.blocks);
    byte[] read = new byte[1000];
    assertEquals(700, connection.read(read, 0, 1000));
    assertArrayEquals(all, Arrays.copyOf(read, 700));
  }

  @Test
  void withoutSackEachSegmentOutOfOrderIsAnsweredInItsOwn() {
    HandPeer peer = new HandPeer();
    peer.accepted();
    Batch batch = new Batch(64, 1 << 20);
    for (int i = 1; i <= 3; i++) {
      TwoHosts.add(
          batch, peer.packetAt(peer.sequence + 100 * i, peer.acknowledgment, ACK, new byte[100]));
    }
    peer.stack.receive(batch, peer.now);
    List<Segment> answers = peer.take();
    assertEquals(3, answers.size());
    assertTrue(answers.stream().allMatch(s -> s.acknowledgment == peer.sequence));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theWindowShutsAndOpensInLargeSteps(boolean modern) {
    HandPeer peer = modern ? new HandPeer(false, 1 << 20).modern() : new HandPeer(false, 60_000);
    TcpConnection connection = peer.accepted();
    int capacity = modern ? 1 << 20 : 60_000;
    int edge = peer.sequence;
    int window = -1;
    for (int sent = 0; window != 0 && sent < 2 * capacity; ) {
      int length = Math.min(FULL, window < 0 ? FULL : window);
      peer.say(ACK, new byte[length]);
      sent += length;
      for (Segment each : peer.during(100 * MILLI)) {
        window = each.window << peer.stackScale;
        int newEdge = each.acknowledgment + window;
        assertTrue(newEdge - edge > -(1 << peer.stackScale), "the window shrank");
        edge = newEdge;
      }
    }
    assertEquals(0, window);
    assertTrue(Math.abs(connection.readableBytes() - capacity) < 4096);
    // A probe is answered and not taken, but for the rest that the scale does not show.
    peer.sayAt(peer.sequence, peer.acknowledgment, ACK, new byte[FULL]);
    Segment shut = peer.one();
    assertEquals(0, shut.window);
    assertTrue(shut.acknowledgment - peer.sequence < 1 << peer.stackScale, shut::toString);
    peer.sequence = shut.acknowledgment;
    peer.now += SECOND;
    // A little read does not open it; a quarter does.
    connection.read(new byte[100], 0, 100);
    assertEquals(List.of(), peer.during(SECOND));
    connection.read(new byte[capacity / 4], 0, capacity / 4);
    Segment open = peer.one();
    assertTrue(open.window << peer.stackScale >= capacity / 8, open::toString);
    // All read: all of it again.
    drain(connection);
    int whole = peer.take().getLast().window << peer.stackScale;
    assertTrue(whole > capacity * 9 / 10, () -> whole + " of " + capacity);
  }

  @Test
  void aFinWaitsForWhatIsMissing() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    int base = peer.sequence;
    peer.sayAt(base + 10, peer.acknowledgment, ACK | FIN, new byte[10]);
    assertEquals(base, peer.one().acknowledgment);
    assertEquals(0, connection.read(new byte[1], 0, 1));
    assertEquals(TcpState.ESTABLISHED, connection.state());
    peer.sayAt(base, peer.acknowledgment, ACK, new byte[10]);
    assertEquals(base + 21, peer.one().acknowledgment);
    assertEquals(20, drain(connection));
    assertEquals(-1, connection.read(new byte[1], 0, 1));
    assertEquals(TcpState.CLOSE_WAIT, connection.state());
  }

  @Test
  void aRepetitionIsAcknowledgedAtOnce() {
    HandPeer peer = new HandPeer().modern();
    TcpConnection connection = peer.accepted();
    peer.say(ACK, new byte[100]);
    peer.take();
    peer.sayAt(peer.sequence - 100, peer.acknowledgment, ACK, new byte[100]);
    assertEquals(peer.sequence, peer.one().acknowledgment);
    assertEquals(100, connection.readableBytes());
  }

  @Test
  void whatIsHeldAsideIsBounded() {
    HandPeer peer = new HandPeer(false, 1 << 20).modern();
    peer.accepted();
    System.gc();
    long before = used();
    for (int i = 0; i < 500_000; i++) {
      peer.sayAt(peer.sequence + 2 + 2 * i, peer.acknowledgment, ACK, new byte[1]);
      if (i % 1000 == 0) {
        peer.take();
      }
    }
    System.gc();
    long grown = used() - before;
    assertTrue(grown < 4 << 20, () -> grown + " bytes");
    peer.take();
    peer.say(ACK, NOTHING);
    peer.none();
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
