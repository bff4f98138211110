package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.SECOND;
import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.protocol.TestDevice.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a keypair is renewed and when it is refused: by age and by count, to the last one. */
class KeypairLimitsTest {
  private static final byte[] THERE = Packets.packet("10.0.0.1", "10.0.0.2", 60);
  private static final byte[] BACK = Packets.packet("10.0.0.2", "10.0.0.1", 60);
  private static final int DATA = Messages.TYPE_TRANSPORT_DATA;
  private static final int INITIATION = Messages.TYPE_INITIATION;

  private final TestDevice[] pair = TestDevice.connectedPair(6, START);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];

  // By age.

  @Test
  void theInitiatorRenewsWhenItSendsAfter120Seconds() {
    alice.tun(START + 120 * SECOND - 1, THERE);
    assertEquals(List.of(DATA), types(alice));
    alice.tun(START + 120 * SECOND, THERE);
    assertEquals(List.of(INITIATION, DATA), types(alice));
  }

  @Test
  void theResponderDoesNotRenewByAge() {
    bob.tun(START + 180 * SECOND - 1, BACK);
    assertEquals(List.of(DATA), types(bob));
  }

  @Test
  void aKeepaliveRenewsAsWell() {
    alice.device.kick(alice.peer(bob), true, START + 120 * SECOND);
    alice.device.outbox().flush();
    assertTrue(types(alice).contains(INITIATION));
  }

  @Test
  void theInitiatorRenewsOnceWhenItReceivesAfter165Seconds() {
    receive(alice, bob, BACK, START + 165 * SECOND - 1);
    assertEquals(List.of(), types(alice));
    receive(alice, bob, BACK, START + 165 * SECOND);
    assertEquals(List.of(INITIATION), types(alice));
    receive(alice, bob, BACK, START + 171 * SECOND);
    assertEquals(List.of(), types(alice));
  }

  @Test
  void theResponderDoesNotRenewOnReceipt() {
    receive(bob, alice, THERE, START + 180 * SECOND - 1);
    assertEquals(List.of(), types(bob));
    assertEquals(1, bob.written.size());
  }

  @Test
  void after180SecondsNothingIsSent() {
    bob.tun(START + 180 * SECOND, BACK);
    assertEquals(List.of(INITIATION), types(bob));
    assertEquals(1, bob.peer(alice).staged().size());
  }

  @Test
  void after180SecondsNothingIsReceived() {
    alice.tun(START, THERE, THERE);
    List<Message> data = alice.takeSent();
    bob.datagram(alice, data.get(0).bytes(), START + 180 * SECOND - 1);
    assertEquals(1, bob.written.size());
    bob.datagram(alice, data.get(1).bytes(), START + 180 * SECOND);
    assertEquals(1, bob.written.size());
    assertEquals(1, bob.dropped(DropReason.EXPIRED_KEYPAIR));
  }

  // By count. 2^63 and beyond are negative as signed numbers.

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "4294967296, false",
    "1152921504606846975, false",
    "1152921504606846976, true",
    "9223372036854775807, true",
    "-9223372036854775808, true",
    "-8195, true"
  })
  void eitherSideRenewsAfterTwoToThe60Messages(long counter, boolean renews) {
    for (TestDevice device : pair) {
      TestDevice other = device == alice ? bob : alice;
      device.peer(other).resetLastSentHandshake();
      device.current(other).sendCounter(counter);
      device.tun(START, device == alice ? THERE : BACK);
      assertEquals(renews ? List.of(INITIATION, DATA) : List.of(DATA), types(device));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-8193, -8192, -1})
  void noCounterAtOrBeyondTheLimitIsSent(long counter) {
    alice.current(bob).sendCounter(counter);
    alice.peer(bob).resetLastSentHandshake();
    alice.tun(START, THERE);
    assertEquals(List.of(INITIATION), types(alice));
    assertEquals(counter, alice.current(bob).sendCounter(), "checked before it is counted on");
    assertEquals(1, alice.peer(bob).staged().size());
  }

  @Test
  void theLastCounterIsSentAndTheNextPacketWaits() {
    alice.current(bob).sendCounter(-8195);
    alice.peer(bob).resetLastSentHandshake();
    alice.tun(START, THERE, THERE, THERE);
    assertEquals(List.of(INITIATION, DATA, DATA), types(alice));
    assertEquals(1, alice.peer(bob).staged().size());
  }

  @Test
  void noCounterAtOrBeyondTheLimitIsReceived() {
    for (long counter : new long[] {-8193, -8192, -1}) {
      bob.datagram(alice, forgedData(counter), START);
      assertEquals(0, bob.dropped(DropReason.FORGED_DATA));
    }
    assertEquals(3, bob.dropped(DropReason.EXPIRED_KEYPAIR));
    bob.datagram(alice, forgedData(-8194), START);
    assertEquals(1, bob.dropped(DropReason.FORGED_DATA), "the last that is looked into");
  }

  @Test
  void aStagedPacketThatUsesUpTheCounterHoldsBackTheRest() {
    alice.current(bob).expireSending();
    alice.tun(START, THERE, THERE, THERE);
    assertEquals(3, alice.peer(bob).staged().size());
    alice.takeSent();
    alice.current(bob).sendCounter(-8194);
    alice.tun(START, THERE);
    assertEquals(List.of(DATA), types(alice));
    assertEquals(3, alice.peer(bob).staged().size());
  }

  // Replay.

  @Test
  void eachMessageIsTakenOnceInAnyOrder() {
    byte[][] packets = new byte[40][];
    for (int i = 0; i < packets.length; i++) {
      packets[i] = Packets.packet("10.0.0.1", "10.0.0.2", 60 + i);
    }
    alice.tun(START, packets);
    List<Message> data = alice.takeSent();
    for (int i = data.size() - 1; i >= 0; i--) {
      bob.datagram(alice, data.get(i).bytes(), START);
      bob.datagram(alice, data.get(i).bytes(), START);
    }
    assertEquals(40, bob.written.size());
    assertEquals(40, bob.dropped(DropReason.REPLAYED_DATA));
  }

  @Test
  void theWindowHolds8128Counters() {
    alice.current(bob).sendCounter(0x1_0000_0000L - 9_000);
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      alice.tun(START, THERE);
      messages.add(alice.takeOnlySent().bytes());
    }
    bob.datagram(alice, messages.get(9_999), START);
    bob.datagram(alice, messages.get(9_999 - 8_128 - 64), START);
    assertEquals(1, bob.dropped(DropReason.REPLAYED_DATA));
    bob.datagram(alice, messages.get(9_999 - 8_127), START);
    assertEquals(2, bob.written.size());
  }

  @Test
  void aForgedCounterDoesNotMoveTheWindow() {
    alice.tun(START, THERE);
    byte[] data = alice.takeOnlySent().bytes();
    bob.datagram(alice, forgedData(1L << 62), START);
    assertEquals(1, bob.dropped(DropReason.FORGED_DATA));
    bob.datagram(alice, data, START);
    assertEquals(1, bob.written.size());
  }

  /** A replay from elsewhere must not draw the peer's traffic there. */
  @Test
  void aReplayDoesNotMakeThePeerRoam() {
    alice.tun(START, THERE);
    byte[] data = alice.takeOnlySent().bytes();
    bob.datagram(alice, data, START);
    TestDevice mallory = new TestDevice(66, "203.0.113.66");
    bob.datagram(mallory, data, START);
    assertEquals(alice.endpoint, bob.peer(alice).endpoint());
  }

  @Test
  void keysAreZeroed540SecondsAfterTheLastHandshake() {
    Keypair keypair = alice.current(bob);
    alice.deadline(START + 540 * SECOND - 1);
    assertNotNull(alice.peer(bob).keypairs().current());
    assertFalse(alice.device.nextDeadlineNanos() > START + 540 * SECOND);
    alice.deadline(START + 540 * SECOND);
    assertEquals(0, alice.device.indices().size());
    keypair.sendCounter(0);
    assertFalse(keypair.isUsable(START + 540 * SECOND));
  }

  /** The clock goes on while the machine sleeps: what was set before is all due at once after. */
  @Test
  void afterASuspendEverythingStartsAfresh() {
    alice.tun(START, THERE);
    alice.sent.clear();
    long awake = START + 7_200 * SECOND;
    alice.tun(awake, THERE); // The device's turn begins with packets; its timers come after.
    alice.deadline(awake);
    bob.deadline(awake);
    assertEquals(Messages.TYPE_INITIATION, alice.sent.getFirst().type());
    assertEquals(0, bob.device.indices().size(), "the old keys are gone");
    TestDevice.settle(awake, pair);
    assertEquals(1, bob.written.size(), "without waiting for a retry");
    bob.tun(awake, BACK);
    TestDevice.settle(awake, pair);
    assertEquals(1, alice.written.size());
  }

  /** Data for Bob's present keypair with some counter and no valid tag. */
  private byte[] forgedData(long counter) {
    byte[] message = new byte[64];
    Messages.putInt(message, 0, DATA);
    Messages.putInt(message, 4, bob.current(alice).localIndex());
    Messages.putInt(message, 8, (int) counter);
    Messages.putInt(message, 12, (int) (counter >>> 32));
    return message;
  }

  /** One packet goes from one to the other; what the receiver then says is left in its sent. */
  private static void receive(TestDevice to, TestDevice from, byte[] packet, long now) {
    from.tun(now, packet);
    for (Message message : from.takeSent()) {
      if (message.type() == DATA) {
        to.datagram(from, message.bytes(), now);
      }
    }
  }

  private static List<Integer> types(TestDevice device) {
    return device.takeSent().stream().map(Message::type).toList();
  }
}
