package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every reason for a drop is produced: one way to each. A reason without one fails here. */
class DropReasonTest {
  /** What ports refuse, counted and tested in the engine, or let not in: HandshakeFloodTest. */
  private static final Set<DropReason> OF_THE_PORTS =
      EnumSet.of(DropReason.SEND_FAILED, DropReason.WRITE_FAILED, DropReason.THINNED);

  private static final byte[] THERE = Packets.packet("10.0.0.1", "10.0.0.2", 60);

  private final TestDevice[] pair = TestDevice.connectedPair(21, START);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];
  private final TestDevice mallory = new TestDevice(66, "203.0.113.66");
  private final Map<DropReason, Runnable> ways = new EnumMap<>(DropReason.class);

  DropReasonTest() {
    handshakes();
    data();
    packets();
  }

  /** What Bob drops of handshake messages. */
  private void handshakes() {
    long later = START + Messages.REKEY_TIMEOUT;
    ways.put(DropReason.MALFORMED_MESSAGE, () -> bob.datagram(alice, new byte[32], START));
    ways.put(
        DropReason.NO_IDENTITY,
        () -> {
          bob.device.setPrivateKey(null);
          bob.datagram(alice, initiation(later), later);
        });
    ways.put(DropReason.INVALID_MAC1, () -> bob.datagram(mallory, empty(1, 148), START));
    ways.put(
        DropReason.COOKIE_REQUIRED,
        () -> {
          flood(Messages.UNDER_LOAD_HANDSHAKES);
          bob.device.onHandshakes(Messages.UNDER_LOAD_HANDSHAKES, START);
          bob.datagram(alice, initiation(later), START);
        });
    ways.put(
        DropReason.RATE_LIMITED,
        () -> {
          ways.get(DropReason.COOKIE_REQUIRED).run();
          alice.datagram(bob, bob.takeOnlySent().bytes(), START);
          byte[] withCookie = initiation(later);
          for (int i = 0; i <= 5; i++) {
            bob.datagram(alice, withCookie, START);
          }
        });
    ways.put(DropReason.HANDSHAKE_QUEUE_FULL, () -> flood(Messages.MAX_QUEUED_HANDSHAKES + 1));
    ways.put(
        DropReason.INVALID_INITIATION,
        () -> bob.datagram(mallory, bob.withMac1(empty(1, 148)), START));
    ways.put(
        DropReason.UNKNOWN_PEER,
        () -> {
          mallory.knows(bob);
          mallory.initiate(bob, START);
          bob.datagram(mallory, mallory.takeOnlySent().bytes(), START);
        });
    ways.put(
        DropReason.REPLAYED_INITIATION,
        () -> {
          byte[] initiation = initiation(later);
          bob.datagram(alice, initiation, later);
          bob.datagram(alice, initiation, later);
        });
    ways.put(
        DropReason.INITIATION_FLOOD,
        () -> {
          bob.datagram(alice, initiation(later), later);
          bob.datagram(alice, initiation(later), later + Messages.INITIATION_INTERVAL - 1);
        });
    ways.put(
        DropReason.INVALID_RESPONSE, () -> bob.datagram(alice, bob.withMac1(empty(2, 92)), START));
    ways.put(DropReason.INVALID_COOKIE_REPLY, () -> bob.datagram(alice, empty(3, 64), START));
  }

  /** What Bob drops of transport data. */
  private void data() {
    ways.put(DropReason.UNKNOWN_INDEX, () -> bob.datagram(alice, empty(4, 32), START));
    ways.put(
        DropReason.EXPIRED_KEYPAIR,
        () -> bob.datagram(alice, alice.sealed(bob, THERE), START + Messages.REJECT_AFTER_TIME));
    ways.put(
        DropReason.FORGED_DATA,
        () -> {
          byte[] data = alice.sealed(bob, THERE);
          data[data.length - 1]++;
          bob.datagram(alice, data, START);
        });
    ways.put(
        DropReason.REPLAYED_DATA,
        () -> {
          byte[] data = alice.sealed(bob, THERE);
          bob.datagram(alice, data, START);
          bob.datagram(alice, data, START);
        });
    ways.put(
        DropReason.MALFORMED_INNER,
        () -> bob.datagram(alice, alice.sealed(bob, new byte[16]), START));
    ways.put(
        DropReason.DISHONEST_SOURCE,
        () -> {
          byte[] spoofed = Packets.packet("10.0.0.3", "10.0.0.2", 60);
          bob.datagram(alice, alice.sealed(bob, spoofed), START);
        });
    ways.put(
        DropReason.INVALID_ECN,
        () -> bob.datagram(alice.endpoint, 3, alice.sealed(bob, THERE), START));
  }

  /** What Bob drops of packets from the interface. */
  private void packets() {
    byte[] back = Packets.packet("10.0.0.2", "10.0.0.1", 60);
    ways.put(DropReason.MALFORMED_OUTBOUND, () -> bob.tun(START, new byte[40]));
    ways.put(
        DropReason.NO_ROUTE, () -> bob.tun(START, Packets.packet("10.0.0.2", "10.0.0.77", 60)));
    ways.put(
        DropReason.NO_ENDPOINT,
        () -> {
          bob.peer(alice).endpoint(null);
          bob.tun(START, back);
        });
    ways.put(
        DropReason.STAGED_OVERFLOW,
        () -> {
          bob.peer(alice).keypairs().clear();
          for (int i = 0; i <= Messages.MAX_STAGED_PACKETS; i++) {
            bob.tun(START, back);
          }
        });
    ways.put(
        DropReason.STAGED_PURGED,
        () -> {
          bob.peer(alice).keypairs().clear();
          bob.tun(START, back);
          bob.device.removePeer(bob.peer(alice));
        });
    ways.put(
        DropReason.SEAL_FAILED,
        () -> {
          bob.current(alice).sealing().close();
          bob.tun(START, back);
        });
  }

  @ParameterizedTest
  @EnumSource
  void isProduced(DropReason reason) {
    if (OF_THE_PORTS.contains(reason)) {
      return;
    }
    Runnable way = ways.get(reason);
    assertTrue(way != null, "no test produces " + reason);
    assertEquals(0, bob.dropped(reason));
    way.run();
    assertEquals(1, bob.dropped(reason));
  }

  /** What the cipher refuses in the outbox, where keepalives and staged packets go, is not sent. */
  @Test
  void nothingUnsealedLeavesTheOutbox() {
    bob.current(alice).sealing().close();
    bob.device.kick(bob.peer(alice), true, START);
    bob.device.outbox().flush();
    assertEquals(0, bob.sent.size());
    assertEquals(1, bob.dropped(DropReason.SEAL_FAILED));
  }

  private byte[] initiation(long now) {
    alice.peer(bob).resetLastSentHandshake();
    alice.initiate(bob, now);
    return alice.takeOnlySent().bytes();
  }

  private void flood(int count) {
    Batch batch = new Batch(count, Arena.ofAuto().allocate(Messages.INITIATION_BYTES, 64));
    batch.memory().set(Messages.INT_LE, 0, Messages.TYPE_INITIATION);
    Endpoint from = mallory.endpoint;
    for (int i = 0; i < count; i++) {
      batch.endpoint(batch.append(0, Messages.INITIATION_BYTES), from);
    }
    bob.device.onDatagrams(batch, START);
  }

  private static byte[] empty(int type, int length) {
    byte[] message = new byte[length];
    message[0] = (byte) type;
    return message;
  }
}
