package dev.warren.netstack;

import static dev.warren.netstack.HandPeer.MILLI;
import static dev.warren.netstack.HandPeer.SECOND;
import static dev.warren.netstack.Segment.ACK;
import static dev.warren.netstack.Segment.RST;
import static dev.warren.netstack.Segment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Segments from who does not see the connection (RFC 5961), and from its own past (PAWS). */
class TcpAttackTest {
  private static final byte[] NOTHING = {};
  private final HandPeer peer = new HandPeer().modern();
  private final TcpConnection connection = peer.accepted();

  private void assertChallenged() {
    Segment answer = peer.one();
    assertEquals(ACK, answer.flags);
    assertEquals(peer.sequence, answer.acknowledgment);
    assertEquals(peer.acknowledgment, answer.sequence);
    assertEquals(TcpState.ESTABLISHED, connection.state());
  }

  @Test
  void aResetWithTheRightNumberCounts() {
    peer.say(RST);
    peer.none();
    assertEquals(TcpFailure.RESET, peer.heard.failed);
    assertEquals(1, peer.heard.closed);
    assertEquals(-2, connection.read(new byte[1], 0, 1));
  }

  @Test
  void aResetWithinTheWindowIsChallenged() {
    peer.sayAt(peer.sequence + 1, peer.acknowledgment, RST, NOTHING);
    assertChallenged();
  }

  @Test
  void aResetOutsideTheWindowIsNothing() {
    peer.sayAt(peer.sequence - 1, peer.acknowledgment, RST, NOTHING);
    peer.sayAt(peer.sequence + (64 << 20), peer.acknowledgment, RST, NOTHING);
    peer.none();
    assertEquals(TcpState.ESTABLISHED, connection.state());
  }

  @Test
  void aSynIsChallengedWhereverItIs() {
    for (int at : new int[] {0, 1000, -1000, 64 << 20}) {
      peer.sayAt(peer.sequence + at, 0, SYN, NOTHING);
      assertChallenged();
      peer.now += SECOND;
    }
  }

  @Test
  void acknowledgementsOfWhatCannotBeAreChallengedAndTheirDataIgnored() {
    for (int off : new int[] {1, 1 << 20, -(2 << 24), Integer.MIN_VALUE}) {
      peer.sayAt(peer.sequence, peer.acknowledgment + off, ACK, new byte[100]);
      assertChallenged();
      peer.now += SECOND;
    }
    assertEquals(0, connection.readableBytes());
  }

  @Test
  void challengesAreFewAndTheirNumberIsNoConstant() {
    boolean differs = false;
    long first = -1;
    for (int second = 0; second < 10; second++) {
      long count = 0;
      for (int i = 0; i < 1000; i++) {
        peer.sayAt(peer.sequence + 5, peer.acknowledgment, RST, NOTHING);
        count += peer.take().size();
        peer.now += MILLI;
      }
      long counted = count;
      assertTrue(counted > 10 && counted < 200, () -> counted + " challenges in a second");
      first = first < 0 ? count : first;
      differs |= first != count;
    }
    assertTrue(differs, "whoever counts them learns of others' connections (RFC 5961 erratum)");
  }

  @Test
  void segmentsOfThePastAreDropped() {
    peer.stamp = 1000;
    peer.say(ACK, new byte[10]);
    peer.take();
    peer.stamp = 999;
    peer.sayAt(peer.sequence, peer.acknowledgment, ACK, new byte[20]);
    assertChallenged();
    assertEquals(10, connection.readableBytes());
    peer.stamp = 1000;
    peer.say(ACK, new byte[20]);
    assertEquals(30, connection.readableBytes());
  }

  @Test
  void segmentsWithoutTheTimestampTheyMustHaveAreDropped() {
    peer.put(peer.packet(peer.sequence, peer.acknowledgment, ACK, NOTHING, new byte[10]));
    peer.none();
    assertEquals(0, connection.readableBytes());
  }

  @Test
  void aTimestampCountsOnlyWithASegmentThatDoes() {
    peer.stamp = 1000;
    peer.say(ACK, new byte[10]);
    peer.take();
    peer.stamp = 1000 + (1 << 30);
    peer.sayAt(peer.sequence - 5_000_000, peer.acknowledgment, ACK, new byte[10]); // too old
    peer.take();
    peer.sayAt(peer.sequence, peer.acknowledgment + 5_000_000, ACK, new byte[10]); // never sent
    peer.take();
    peer.sayAt(peer.sequence, 0, SYN, NOTHING);
    peer.take();
    peer.sayAt(peer.sequence, peer.acknowledgment, 0, new byte[10]); // no acknowledgement
    peer.take();
    peer.stamp = 1001;
    peer.say(ACK, new byte[10]);
    peer.take();
    assertEquals(20, connection.readableBytes());
  }

  @Test
  void whoLostItsMemoryIsToldSo() {
    // Half-open (RFC 9293 §3.5.1): its SYN is answered by an ACK, and that by its RST.
    peer.sayAt(77, 0, SYN, NOTHING);
    Segment answer = peer.one();
    peer.sayAt(answer.acknowledgment, 0, RST, NOTHING);
    assertEquals(TcpFailure.RESET, peer.heard.failed);
  }

  @Test
  void dataBeyondTheWindowIsNotTaken() {
    peer.sayAt(peer.sequence + (1 << 21), peer.acknowledgment, ACK, new byte[10]);
    assertChallenged();
    assertEquals(0, connection.readableBytes());
    assertNull(peer.heard.failed);
  }
}
