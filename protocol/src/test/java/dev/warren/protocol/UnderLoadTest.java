package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.SECOND;
import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.protocol.TestDevice.Message;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device that is flooded with handshakes. */
class UnderLoadTest {
  private final TestDevice[] pair = TestDevice.pair(9);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];
  private final TestDevice mallory = new TestDevice(66, "203.0.113.66");
  private final Batch batch = new Batch(4200, Arena.ofAuto().allocate(4200 * 148L, 64));

  @Test
  void load512IsTheFirstThatAsksForACookie() {
    queue(bob, alice.endpoint, initiation(START), 1);
    queue(bob, mallory.endpoint, new byte[148], 510);
    bob.device.onHandshakes(1, START);
    bob.device.outbox().flush();
    assertEquals(Messages.TYPE_RESPONSE, bob.takeOnlySent().type());

    queue(bob, mallory.endpoint, new byte[148], 1);
    assertEquals(510, bob.device.onHandshakes(1, START), "511 wait");
    // 512 wait.
    queue(bob, mallory.endpoint, new byte[148], 2);
    bob.device.onHandshakes(512, START);
    assertEquals(513, bob.dropped(DropReason.INVALID_MAC1), "mac1 comes first");
    bob.datagram(alice, initiation(START + SECOND - 1), START + SECOND - 1);
    assertEquals(1, bob.dropped(DropReason.COOKIE_REQUIRED));
    assertEquals(Messages.TYPE_COOKIE_REPLY, bob.takeOnlySent().type());
  }

  @Test
  void loadStaysForASecond() {
    load(bob, START);
    bob.datagram(alice, initiation(START + SECOND), START + SECOND);
    assertEquals(Messages.TYPE_RESPONSE, bob.takeOnlySent().type());
    assertEquals(0, bob.dropped(DropReason.COOKIE_REQUIRED));
  }

  @Test
  void aCookieReplyLetsTheNextInitiationThrough() {
    load(bob, START);
    bob.datagram(alice, initiation(START), START);
    Message reply = bob.takeOnlySent();
    assertEquals(alice.endpoint, reply.to());
    assertNull(bob.peer(alice).keypairs().next());

    // It may come from anywhere: the peer does not roam to where a cookie reply came from.
    alice.datagram(mallory, reply.bytes(), START);
    assertEquals(0, alice.dropped());
    assertEquals(bob.endpoint, alice.peer(bob).endpoint());
    assertEquals(List.of(), alice.sent, "it waits for the retry's time");

    long retry = START + 5 * SECOND;
    load(bob, retry);
    bob.datagram(alice, initiation(retry), retry);
    TestDevice.settle(retry, pair);
    assertNotNull(bob.peer(alice).keypairs().current());
  }

  @Test
  void aCookieIsNoUseToAnotherSender() {
    load(bob, START);
    bob.datagram(alice, initiation(START), START);
    alice.datagram(bob, bob.takeOnlySent().bytes(), START);
    byte[] withMac2 = initiation(START);
    Endpoint otherPort = new Endpoint(alice.endpoint.address(), 1024);
    bob.datagram(otherPort, 0, withMac2, START);
    assertEquals(2, bob.dropped(DropReason.COOKIE_REQUIRED));
    bob.datagram(mallory, withMac2, START);
    assertEquals(3, bob.dropped(DropReason.COOKIE_REQUIRED));
    assertEquals(alice.endpoint, bob.peer(alice).endpoint());
    bob.sent.clear();
    bob.datagram(alice, withMac2, START);
    assertEquals(Messages.TYPE_RESPONSE, bob.takeOnlySent().type());
  }

  @Test
  void aResponseNeedsACookieAsWell() {
    alice.initiate(bob, START);
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    Message response = bob.takeOnlySent();
    load(alice, START);
    alice.datagram(bob, response.bytes(), START);
    assertEquals(1, alice.dropped(DropReason.COOKIE_REQUIRED));
    bob.datagram(alice, alice.takeOnlySent().bytes(), START);
    assertEquals(0, bob.dropped(), "the cookie is for the keypair that the response began");
  }

  /** Even who has a cookie gets five handshakes at once and then twenty a second. */
  @Test
  void eachSourceGetsOnlySoMany() {
    load(bob, START);
    bob.datagram(alice, initiation(START), START);
    alice.datagram(bob, bob.takeOnlySent().bytes(), START);
    int answered = 0;
    for (int i = 0; i < 20; i++) {
      bob.datagram(alice, initiation(START), START);
      answered += bob.takeSent().size();
    }
    // One is answered; the rest of the burst is refused as a flood after the limit let it pass.
    assertEquals(1, answered);
    assertEquals(4, bob.dropped(DropReason.INITIATION_FLOOD));
    assertEquals(15, bob.dropped(DropReason.RATE_LIMITED));

    long later = START + 50_000_000;
    bob.datagram(alice, initiation(later), later);
    assertEquals(1, bob.takeSent().size());
    bob.datagram(alice, initiation(later), later);
    assertEquals(16, bob.dropped(DropReason.RATE_LIMITED));
  }

  /** One source that uses up its share takes nothing from another's. */
  @Test
  void aSourceThatIsRefusedDoesNotShutOutAnother() {
    TestDevice carol = new TestDevice(30, "192.0.2.3");
    carol.knows(bob);
    bob.knows(carol);
    load(bob, START);
    for (TestDevice sender : List.of(alice, carol)) {
      bob.datagram(sender, initiation(sender, START), START);
      sender.datagram(bob, bob.takeOnlySent().bytes(), START);
    }
    for (int i = 0; i < 20; i++) {
      bob.datagram(alice, initiation(START), START);
    }
    bob.sent.clear();
    bob.datagram(carol, initiation(carol, START), START);
    assertEquals(carol.endpoint, bob.takeOnlySent().to());
  }

  @Test
  void theQueueHolds4096AndDropsTheNewest() {
    queue(bob, mallory.endpoint, new byte[148], 4095);
    queue(bob, alice.endpoint, initiation(START), 1);
    assertEquals(0, bob.dropped());
    queue(bob, alice.endpoint, initiation(START), 3);
    assertEquals(3, bob.dropped(DropReason.HANDSHAKE_QUEUE_FULL));
    assertEquals(1, bob.device.onHandshakes(4095, START));
    assertEquals(0, bob.device.onHandshakes(4, START));
    assertEquals(1, bob.dropped(DropReason.COOKIE_REQUIRED));
  }

  @Test
  void theQueueIsEmptyAfterTheInterfaceWasDown() {
    queue(bob, alice.endpoint, initiation(START), 1);
    bob.device.down();
    bob.device.up(START);
    assertEquals(0, bob.device.onHandshakes(4, START));
    bob.device.outbox().flush();
    assertEquals(List.of(), bob.sent);
  }

  /** A flood of handshakes does not keep data waiting. */
  @Test
  void dataPassesUnderLoad() {
    alice.initiate(bob, START);
    TestDevice.settle(START, pair);
    queue(bob, mallory.endpoint, new byte[148], 4000);
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 100));
    put(alice.takeOnlySent().bytes(), alice.endpoint);
    bob.device.onDatagrams(batch, START);
    assertEquals(1, batch.count());
    assertTrue(bob.device.onHandshakes(4, START) > 3000);
  }

  private byte[] initiation(long now) {
    return initiation(alice, now);
  }

  private byte[] initiation(TestDevice from, long now) {
    from.peer(bob).resetLastSentHandshake();
    from.initiate(bob, now);
    return from.takeOnlySent().bytes();
  }

  /** Brings a device under load and works its queue off. */
  private void load(TestDevice device, long now) {
    long before = device.dropped(DropReason.INVALID_MAC1);
    queue(device, mallory.endpoint, new byte[148], 512);
    device.device.onHandshakes(512, now);
    assertEquals(before + 512, device.dropped(DropReason.INVALID_MAC1));
  }

  /** Queues a message many times over, without working any off. */
  private void queue(TestDevice device, Endpoint from, byte[] message, int times) {
    message[0] = 1;
    put(message, from);
    for (int i = 1; i < times; i++) {
      int slot = batch.append(0, message.length);
      batch.endpoint(slot, from);
    }
    device.device.onDatagrams(batch, START);
  }

  private void put(byte[] message, Endpoint from) {
    batch.clear();
    MemorySegment.copy(message, 0, batch.memory(), ValueLayout.JAVA_BYTE, 0, message.length);
    batch.endpoint(batch.append(0, message.length), from);
  }
}
