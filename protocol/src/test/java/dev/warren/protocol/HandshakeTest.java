package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.SECOND;
import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.protocol.Handshake.State;
import dev.warren.protocol.TestDevice.Message;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both roles of the handshake, in whole devices. */
class HandshakeTest {
  private static final long MILLISECOND = SECOND / 1000;

  private final TestDevice[] pair = TestDevice.pair(1);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];

  @Test
  void threeMessagesGiveBothSidesTheSameKeys() {
    alice.initiate(bob, START);
    Message initiation = alice.takeOnlySent();
    assertEquals(Messages.TYPE_INITIATION, initiation.type());
    assertEquals(Messages.INITIATION_BYTES, initiation.bytes().length);
    assertEquals(Messages.HANDSHAKE_TOS, initiation.tos());
    assertEquals(State.CREATED_INITIATION, alice.handshake(bob).state());

    bob.datagram(alice, initiation.bytes(), START);
    Message response = bob.takeOnlySent();
    assertEquals(Messages.TYPE_RESPONSE, response.type());
    assertEquals(Messages.RESPONSE_BYTES, response.bytes().length);
    assertEquals(Messages.HANDSHAKE_TOS, response.tos());
    assertEquals(State.ZEROED, bob.handshake(alice).state());
    assertNull(bob.peer(alice).keypairs().current());
    assertNotNull(bob.peer(alice).keypairs().next());

    alice.datagram(bob, response.bytes(), START);
    Message keepalive = alice.takeOnlySent();
    assertEquals(Messages.TYPE_TRANSPORT_DATA, keepalive.type());
    assertEquals(Messages.DATA_OVERHEAD_BYTES, keepalive.bytes().length);
    assertEquals(0, keepalive.tos());
    assertEquals(State.ZEROED, alice.handshake(bob).state());

    bob.datagram(alice, keepalive.bytes(), START);
    assertEquals(List.of(), bob.takeSent());
    assertNull(bob.peer(alice).keypairs().next());
    assertEquals(alice.current(bob).localIndex(), bob.current(alice).remoteIndex());
    assertEquals(alice.current(bob).remoteIndex(), bob.current(alice).localIndex());

    byte[] there = Packets.packet("10.0.0.1", "10.0.0.2", 100);
    byte[] back = Packets.packet("fd00::2", "fd00::1", 101);
    alice.tun(START, there);
    bob.tun(START, back);
    TestDevice.settle(START, pair);
    assertArrayEquals(there, bob.written.getFirst());
    assertArrayEquals(back, alice.written.getFirst());
    assertEquals(0, alice.dropped() + bob.dropped());
  }

  @Test
  void statisticsCountWholeMessages() {
    alice.initiate(bob, START);
    TestDevice.settle(START, pair);
    Peer toBob = alice.peer(bob);
    Peer toAlice = bob.peer(alice);
    assertEquals(148 + 32, toBob.txBytes());
    assertEquals(92, toBob.rxBytes());
    assertEquals(92, toAlice.txBytes());
    assertEquals(148 + 32, toAlice.rxBytes());
    assertEquals(alice.epochNanos, toBob.lastHandshakeEpochNanos());
    assertEquals(bob.epochNanos, toAlice.lastHandshakeEpochNanos());
  }

  @Test
  void keysDifferFromHandshakeToHandshake() {
    alice.initiate(bob, START);
    byte[] first = alice.takeOnlySent().bytes();
    alice.initiate(bob, START + 5 * SECOND);
    byte[] second = alice.takeOnlySent().bytes();
    assertFalse(Arrays.equals(first, 4, 8, second, 4, 8));
    assertFalse(Arrays.equals(first, 8, 40, second, 8, 40));
  }

  @Test
  void aSecondInitiationWithinFiveSecondsIsNotSent() {
    alice.initiate(bob, START);
    alice.sent.clear();
    alice.initiate(bob, START + 5 * SECOND - 1);
    assertEquals(List.of(), alice.sent);
    alice.initiate(bob, START + 5 * SECOND);
    assertEquals(1, alice.sent.size());
  }

  @Test
  void anOlderInitiationIsNotAnsweredByItsResponseAnyMore() {
    alice.initiate(bob, START);
    Message first = alice.takeOnlySent();
    alice.initiate(bob, START + 5 * SECOND);
    alice.sent.clear();
    bob.datagram(alice, first.bytes(), START + 5 * SECOND);
    alice.datagram(bob, bob.takeOnlySent().bytes(), START + 5 * SECOND);
    assertEquals(1, alice.dropped(DropReason.INVALID_RESPONSE));
    assertNull(alice.peer(bob).keypairs().current());
  }

  /** Traffic begins none of its own while one is under way: the retry, with its jitter, does. */
  @Test
  void trafficLeavesAHandshakeThatIsUnderWayToTheRetry() {
    byte[] packet = Packets.packet("10.0.0.1", "10.0.0.2", 60);
    alice.tun(START, packet);
    alice.sent.clear();
    long retry = alice.device.nextDeadlineNanos();
    alice.tun(retry - 1, packet);
    assertEquals(List.of(), alice.sent);
    alice.deadline(retry);
    assertEquals(Messages.TYPE_INITIATION, alice.takeOnlySent().type());
    assertEquals(2, alice.peer(bob).staged().size());
  }

  /**
   * A packet wants a handshake while the last message of one is not yet 5 s old: nothing may be
   * sent now, but the packet must not wait for another to come by.
   */
  @Test
  void aHandshakeThatIsWantedTooEarlyIsBegunLater() {
    alice.initiate(bob, START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    bob.sent.clear(); // The response is lost.
    bob.tun(START + SECOND, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    assertEquals(List.of(), bob.sent);
    long retry = bob.device.nextDeadlineNanos();
    assertTrue(retry >= START + 5 * SECOND, "no sooner than 5 s after the response");
    assertTrue(retry <= START + 5 * SECOND + Messages.REKEY_TIMEOUT_JITTER_MAX);
    bob.deadline(retry);
    TestDevice.settle(retry, pair);
    assertEquals(1, alice.written.size());
  }

  /** Both forget their initiation for the other's; with no more traffic, timers must mend it. */
  @Test
  void crossingInitiationsAreMendedByTimersAlone() {
    for (int seed = 0; seed < 30; seed++) {
      TestDevice[] crossing = TestDevice.pair(100 + seed);
      crossing[0].tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
      crossing[1].tun(START, Packets.packet("10.0.0.2", "10.0.0.1", 60));
      byte[] fromFirst = crossing[0].takeOnlySent().bytes();
      byte[] fromSecond = crossing[1].takeOnlySent().bytes();
      long arrival = START + 330 * MILLISECOND; // later than most retries' jitter
      crossing[1].datagram(crossing[0], fromFirst, arrival);
      crossing[0].datagram(crossing[1], fromSecond, arrival);
      TestDevice.settle(arrival, crossing);
      for (int step = 0; step < 10; step++) {
        TestDevice next = crossing[0];
        if (crossing[1].device.nextDeadlineNanos() < next.device.nextDeadlineNanos()) {
          next = crossing[1];
        }
        long now = next.device.nextDeadlineNanos();
        if (now < START + 12 * SECOND) {
          next.deadline(now);
          TestDevice.settle(now, crossing);
        }
      }
      assertEquals(1, crossing[0].written.size(), "seed " + seed);
      assertEquals(1, crossing[1].written.size(), "seed " + seed);
    }
  }

  // The preshared key.

  @Test
  void samePresharedKeysAgree() {
    alice.presharedKey(bob, 7);
    bob.presharedKey(alice, 7);
    alice.initiate(bob, START);
    TestDevice.settle(START, pair);
    assertNotNull(alice.peer(bob).keypairs().current());
    assertNotNull(bob.peer(alice).keypairs().current());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7 0", "0 7", "7 8"})
  void differentPresharedKeysEndAtTheResponse(String keys) {
    alice.presharedKey(bob, keys.charAt(0) - '0');
    bob.presharedKey(alice, keys.charAt(2) - '0');
    alice.initiate(bob, START);
    TestDevice.settle(START, pair);
    assertEquals(1, alice.dropped(DropReason.INVALID_RESPONSE));
    assertNull(alice.peer(bob).keypairs().current());
    assertNull(bob.peer(alice).keypairs().current());
    assertEquals(State.CREATED_INITIATION, alice.handshake(bob).state());
  }

  @Test
  void aPresharedKeyOfZerosIsNone() {
    alice.handshake(bob).presharedKey(Secret.of(new byte[32], 0));
    alice.initiate(bob, START);
    TestDevice.settle(START, pair);
    assertNotNull(bob.peer(alice).keypairs().current());
  }

  @Test
  void aPresharedKeyChangedMidHandshakeIsTheOneThatCounts() {
    alice.presharedKey(bob, 1);
    bob.presharedKey(alice, 2);
    alice.initiate(bob, START);
    alice.presharedKey(bob, 2);
    TestDevice.settle(START, pair);
    assertNotNull(alice.peer(bob).keypairs().current());

    alice.initiate(bob, START + 5 * SECOND);
    Message initiation = alice.takeOnlySent();
    bob.datagram(alice, initiation.bytes(), START + 5 * SECOND);
    alice.presharedKey(bob, 3);
    Keypair before = alice.current(bob);
    TestDevice.settle(START + 5 * SECOND, pair);
    assertEquals(1, alice.dropped(DropReason.INVALID_RESPONSE));
    assertEquals(before, alice.current(bob));
  }

  // What the responder refuses.

  @Test
  void aReplayedInitiationIsRefused() {
    alice.initiate(bob, START);
    byte[] first = alice.takeOnlySent().bytes();
    bob.datagram(alice, first, START);
    bob.sent.clear();
    bob.datagram(alice, first, START + 10 * SECOND);
    assertEquals(1, bob.dropped(DropReason.REPLAYED_INITIATION));
    assertEquals(List.of(), bob.sent);

    alice.initiate(bob, START + 20 * SECOND);
    byte[] second = alice.takeOnlySent().bytes();
    bob.datagram(alice, second, START + 20 * SECOND);
    assertEquals(1, bob.takeSent().size());
    bob.datagram(alice, first, START + 30 * SECOND);
    assertEquals(2, bob.dropped(DropReason.REPLAYED_INITIATION));
    assertEquals(List.of(), bob.sent);
  }

  @Test
  void aReplayIsRefusedEvenAfterTheInterfaceWasDown() {
    alice.initiate(bob, START);
    byte[] initiation = alice.takeOnlySent().bytes();
    bob.datagram(alice, initiation, START);
    bob.sent.clear();
    bob.device.down();
    bob.device.up(START + SECOND);
    bob.datagram(alice, initiation, START + SECOND);
    assertEquals(1, bob.dropped(DropReason.REPLAYED_INITIATION));
    assertEquals(List.of(), bob.sent);
  }

  @Test
  void aReplayElsewhereDoesNotMakeThePeerRoam() {
    alice.initiate(bob, START);
    byte[] initiation = alice.takeOnlySent().bytes();
    bob.datagram(alice, initiation, START);
    TestDevice mallory = new TestDevice(66, "203.0.113.66");
    bob.datagram(mallory, initiation, START + SECOND);
    assertEquals(alice.endpoint, bob.peer(alice).endpoint());
  }

  @Test
  void initiationsWithinTwentyMillisecondsAreAFlood() {
    long[] at = {START, START + 20 * MILLISECOND - 1, START + 20 * MILLISECOND};
    for (long now : at) {
      alice.peer(bob).resetLastSentHandshake();
      alice.initiate(bob, now);
      bob.datagram(alice, alice.takeOnlySent().bytes(), now);
    }
    assertEquals(1, bob.dropped(DropReason.INITIATION_FLOOD));
    assertEquals(2, bob.takeSent().size());
  }

  @Test
  void anUnknownInitiatorBecomesNoPeer() {
    TestDevice mallory = new TestDevice(66, "203.0.113.66");
    mallory.knows(bob, "10.0.0.2/32");
    mallory.initiate(bob, START);
    bob.datagram(mallory, mallory.takeOnlySent().bytes(), START);
    assertEquals(1, bob.dropped(DropReason.UNKNOWN_PEER));
    assertEquals(List.of(), bob.sent);
    assertEquals(1, bob.device.peers().size());
  }

  @Test
  void aMessageForAnotherKeyFailsAtMac1() {
    TestDevice carol = new TestDevice(3, "192.0.2.3");
    alice.knows(carol, "10.0.0.3/32");
    alice.initiate(carol, START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    assertEquals(1, bob.dropped(DropReason.INVALID_MAC1));
    assertEquals(List.of(), bob.sent);
  }

  @Test
  void aDeviceWithoutKeyAnswersNobody() {
    bob.device.setPrivateKey(null);
    alice.initiate(bob, START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    assertEquals(1, bob.dropped(DropReason.NO_IDENTITY));
    bob.initiate(alice, START);
    assertEquals(List.of(), bob.sent);
  }

  /** Points of small order, by which every agreement is zero: RFC 7748 §6.1 and its neighbours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
      })
  void keysOfLowOrderAreRefusedAndNothingIsSent(String hex) {
    byte[] low = HexFormat.of().parseHex(hex);

    // As the ephemeral of an initiation and of a response.
    alice.initiate(bob, START);
    byte[] initiation = alice.takeOnlySent().bytes();
    byte[] forged = initiation.clone();
    System.arraycopy(low, 0, forged, Messages.INITIATION_EPHEMERAL_OFFSET, 32);
    bob.datagram(alice, bob.withMac1(forged), START);
    assertEquals(1, bob.dropped(DropReason.INVALID_INITIATION));
    assertEquals(List.of(), bob.sent);

    bob.datagram(alice, initiation, START);
    byte[] response = bob.takeOnlySent().bytes();
    forged = response.clone();
    System.arraycopy(low, 0, forged, Messages.RESPONSE_EPHEMERAL_OFFSET, 32);
    alice.datagram(bob, alice.withMac1(forged), START);
    assertEquals(1, alice.dropped(DropReason.INVALID_RESPONSE));
    assertEquals(List.of(), alice.sent);
    alice.datagram(bob, response, START);
    assertNotNull(alice.peer(bob).keypairs().current());
    alice.sent.clear();

    // As the static key of a peer.
    Peer peer = alice.device.addPeer(PublicKey.of(low, 0));
    peer.endpoint(bob.endpoint);
    alice.device.initiateHandshake(peer, START);
    alice.device.outbox().flush();
    assertEquals(List.of(), alice.sent);
    assertEquals(State.ZEROED, peer.handshake().state());
    assertEquals(1, alice.device.indices().size());
  }

  // Timestamps.

  @Test
  void stampsAreWhitened() {
    for (int i = 0; i < 50; i++) {
      byte[] stamp = stamp(1_700_000_000L * SECOND + i * 19_999_999L);
      int nanos = nanos(stamp);
      assertEquals(0, nanos & 0xffffff, "the low 24 bits of " + nanos);
      assertTrue(nanos < 1_000_000_000);
    }
  }

  @Test
  void aStampIsTai64n() {
    // 1992-06-02T08:07:09Z and 0xcdefab ns, whose low 24 bits are all there is.
    byte[] stamp = stamp(707_472_429L * SECOND + 0x1cdefab);
    assertEquals("400000002a2b2c3701000000", HexFormat.of().formatHex(stamp));
  }

  @Test
  void stampsOnlyGoForwardHoweverTheClockJumps() {
    long[] clock = {0};
    TimestampSource source = new TimestampSource(() -> clock[0]);
    byte[] before = new byte[12];
    byte[] stamp = new byte[12];
    long[] jumps = {
      1_700_000_000L * SECOND,
      0,
      1,
      -SECOND,
      20 * MILLISECOND,
      86_400 * 365 * SECOND,
      0,
      -86_400 * 365 * SECOND,
      -1_600_000_000L * SECOND,
      3,
      3,
      3,
      SECOND,
      -1,
      0
    };
    for (int round = 0; round < 20; round++) {
      for (long jump : jumps) {
        clock[0] += jump;
        source.next(stamp);
        assertTrue(Arrays.compareUnsigned(stamp, before) > 0);
        assertEquals(0, nanos(stamp) & 0xffffff);
        System.arraycopy(stamp, 0, before, 0, 12);
      }
    }
  }

  @Test
  void aPeerAcceptsUsAlsoAfterOurClockWasSetBack() {
    alice.initiate(bob, START);
    TestDevice.settle(START, pair);
    alice.epochNanos -= 3_600 * SECOND;
    Keypair before = alice.current(bob);
    alice.initiate(bob, START + 5 * SECOND);
    TestDevice.settle(START + 5 * SECOND, pair);
    assertNotEquals(before, alice.current(bob));
    assertEquals(0, bob.dropped());
  }

  private static byte[] stamp(long epochNanos) {
    byte[] stamp = new byte[Messages.TIMESTAMP_BYTES];
    new TimestampSource(() -> epochNanos).next(stamp);
    return stamp;
  }

  private static int nanos(byte[] stamp) {
    int nanos = 0;
    for (int i = 8; i < 12; i++) {
      nanos = nanos << 8 | (stamp[i] & 0xff);
    }
    return nanos;
  }
}
