package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.protocol.Handshake.State;
import dev.warren.protocol.TestDevice.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Each message with each of its bits flipped, and cut at each length: refused without a trace, so
 * that the true message is still taken afterwards.
 */
class ForgedMessagesTest {
  private final TestDevice[] pair = TestDevice.pair(2);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];

  @Test
  void initiation() {
    alice.initiate(bob, START);
    byte[] initiation = alice.takeOnlySent().bytes();
    // Without mac2, which is not looked at unless under load.
    assertRefused(bob, alice, initiation, 0, Messages.INITIATION_BYTES - Messages.MAC_BYTES);
    assertCutIsRefused(bob, alice, initiation);
    assertEquals(0, bob.dropped(DropReason.INVALID_INITIATION));
    assertEquals(State.ZEROED, bob.handshake(alice).state());
    assertEquals(0, bob.device.indices().size());
    assertEquals(0, bob.peer(alice).rxBytes());

    bob.datagram(alice, initiation, START);
    assertEquals(Messages.TYPE_RESPONSE, bob.takeOnlySent().type());
  }

  @Test
  void initiationByOneWhoKnowsOurPublicKey() {
    alice.initiate(bob, START);
    byte[] initiation = alice.takeOnlySent().bytes();
    // The sender index alone is protected by nothing but mac1: a response to it goes nowhere.
    int from = Messages.INITIATION_EPHEMERAL_OFFSET;
    for (int bit = 8 * from; bit < 8 * Messages.INITIATION_MAC1_OFFSET; bit++) {
      bob.datagram(alice, bob.withMac1(flipped(initiation, bit)), START);
      assertEquals(List.of(), bob.sent, "bit " + bit);
    }
    // Also the ephemeral's top bit, which X25519 ignores: the hash covers it.
    assertEquals(
        8L * (Messages.INITIATION_MAC1_OFFSET - from), bob.dropped(DropReason.INVALID_INITIATION));
    assertEquals(State.ZEROED, bob.handshake(alice).state());
    assertEquals(0, bob.device.indices().size());

    bob.datagram(alice, initiation, START);
    assertEquals(Messages.TYPE_RESPONSE, bob.takeOnlySent().type());
  }

  @Test
  void response() {
    byte[] response = answered();
    assertRefused(alice, bob, response, 0, Messages.RESPONSE_BYTES - Messages.MAC_BYTES);
    assertCutIsRefused(alice, bob, response);
    assertStillWaiting();
    alice.datagram(bob, response, START);
    assertEquals(Messages.TYPE_TRANSPORT_DATA, alice.takeOnlySent().type());
  }

  @Test
  void responseByOneWhoKnowsOurPublicKey() {
    byte[] response = answered();
    int from = Messages.RESPONSE_RECEIVER_OFFSET;
    for (int bit = 8 * from; bit < 8 * Messages.RESPONSE_MAC1_OFFSET; bit++) {
      alice.datagram(bob, alice.withMac1(flipped(response, bit)), START);
      assertEquals(List.of(), alice.sent, "bit " + bit);
    }
    assertEquals(
        8L * (Messages.RESPONSE_MAC1_OFFSET - from), alice.dropped(DropReason.INVALID_RESPONSE));
    assertStillWaiting();
    alice.datagram(bob, response, START);
    assertEquals(Messages.TYPE_TRANSPORT_DATA, alice.takeOnlySent().type());
  }

  @Test
  void aSecondResponseIsRefused() {
    byte[] response = answered();
    alice.datagram(bob, response, START);
    alice.sent.clear();
    Keypair before = alice.current(bob);
    alice.datagram(bob, response, START);
    assertEquals(1, alice.dropped(DropReason.INVALID_RESPONSE));
    assertEquals(before, alice.current(bob));
    assertEquals(List.of(), alice.sent);
  }

  @Test
  void transportData() {
    alice.initiate(bob, START);
    TestDevice.settle(START, alice, bob);
    byte[] packet = Packets.packet("10.0.0.1", "10.0.0.2", 41);
    alice.tun(START, packet);
    byte[] data = alice.takeOnlySent().bytes();
    assertRefused(bob, alice, data, 0, data.length);
    assertCutIsRefused(bob, alice, data);
    assertEquals(0, bob.written.size());

    bob.datagram(alice, data, START);
    assertArrayEquals(packet, bob.written.getFirst());
  }

  /** What no key is needed for: random bytes of all types and lengths, up to the largest. */
  @Test
  void randomDatagrams() {
    alice.initiate(bob, START);
    TestDevice.settle(START, alice, bob);
    Random random = new Random(3);
    int[] lengths = {0, 1, 3, 4, 8, 16, 31, 32, 33, 64, 92, 148, 149, 1500, 4096, 4097, 65507};
    int count = 0;
    for (int type = 0; type < 6; type++) {
      for (int length : lengths) {
        byte[] datagram = new byte[length];
        random.nextBytes(datagram);
        if (length >= 4) {
          Messages.putInt(datagram, 0, type == 5 ? random.nextInt() : type);
        }
        if (length >= 8 && type == Messages.TYPE_TRANSPORT_DATA) {
          Messages.putInt(datagram, 4, bob.current(alice).localIndex());
        }
        bob.datagram(alice, datagram, START);
        count++;
      }
    }
    assertEquals(count, bob.dropped());
    assertEquals(List.of(), bob.sent);
    assertEquals(0, bob.written.size());

    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    TestDevice.settle(START, alice, bob);
    assertEquals(1, bob.written.size());
  }

  private byte[] answered() {
    alice.initiate(bob, START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    return bob.takeOnlySent().bytes();
  }

  private void assertStillWaiting() {
    assertEquals(State.CREATED_INITIATION, alice.handshake(bob).state());
    assertEquals(1, alice.device.indices().size());
    assertEquals(0, alice.peer(bob).rxBytes());
    assertNotNull(alice.peer(bob).endpoint());
  }

  /** Flips each bit of {@code [from, to)}; each time one packet is dropped and none is sent. */
  private static void assertRefused(
      TestDevice device, TestDevice sender, byte[] message, int from, int to) {
    TestDevice elsewhere = new TestDevice(66, "203.0.113.66");
    for (int bit = 8 * from; bit < 8 * to; bit++) {
      long before = device.dropped();
      device.datagram(elsewhere, flipped(message, bit), START);
      assertEquals(before + 1, device.dropped(), "bit " + bit);
      assertEquals(List.of(), device.sent, "bit " + bit);
    }
    assertEquals(sender.endpoint, device.peer(sender).endpoint());
  }

  private static void assertCutIsRefused(TestDevice device, TestDevice sender, byte[] message) {
    for (int length = 0; length < message.length; length++) {
      long before = device.dropped();
      device.datagram(sender, Arrays.copyOf(message, length), START);
      assertEquals(before + 1, device.dropped(), "cut to " + length);
      assertEquals(List.<Message>of(), device.sent, "cut to " + length);
    }
    assertTrue(device.dropped(DropReason.MALFORMED_MESSAGE) > 0);
  }

  private static byte[] flipped(byte[] message, int bit) {
    byte[] copy = message.clone();
    copy[bit / 8] ^= (byte) (1 << bit % 8);
    return copy;
  }
}
