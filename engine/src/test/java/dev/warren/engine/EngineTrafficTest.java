package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.IpAddress;
import dev.warren.packet.memory.Datagram;
import dev.warren.packet.memory.Link;
import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.protocol.DropReason;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets through two engines, each on a thread of its own, while things change around them. */
@Timeout(60)
class EngineTrafficTest {
  private static final int HEADER_AND_TAG = 32;

  private final List<Datagram> wire = new CopyOnWriteArrayList<>();
  private final MemoryNetwork network = new MemoryNetwork();
  private final KeyWatch keys = new KeyWatch();
  private final TestHost first =
      new TestHost(network, keys.x25519(), keys.aead(), "192.0.2.1", "192.0.2.11");
  private final TestHost second = new TestHost(network, "192.0.2.2");

  @BeforeEach
  void connect() throws Exception {
    network.link(
        (datagram, delivery) -> {
          wire.add(datagram);
          Link.PERFECT.carry(datagram, delivery);
        });
    TestHost.pair(first, second);
    TestHost.exchange(first, 1, second, 2);
    TestHost.exchange(second, 2, first, 1);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private Datagram lastFrom(IpAddress source) {
    return wire.reversed().stream()
        .filter(datagram -> datagram.source().address().equals(source))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void portChangesWhileTrafficFlows() throws InterruptedException {
    for (int port = 3000; port < 3010; port++) {
      assertEquals(0, first.set("listen_port=" + port));
      // The second learns the new port from the first's data, and answers there.
      TestHost.exchange(first, 1, second, 2);
      TestHost.exchange(second, 2, first, 1);
      assertEquals(port, lastFrom(second.address).destination().port());
      assertEquals(second.get("endpoint"), first.address + ":" + port);
    }
  }

  @Test
  void markReachesTheNextDatagram() throws InterruptedException {
    assertEquals(0, first.set("fwmark=7"));
    wire.clear();
    TestHost.exchange(first, 1, second, 2);
    assertTrue(
        wire.stream()
            .filter(datagram -> datagram.source().address().equals(first.address))
            .allMatch(datagram -> datagram.mark() == 7));
  }

  /** The second asks the first's other address, and so is answered from there, until a rebind. */
  @Test
  void stickySourceIsForgottenWithTheSocket() throws InterruptedException {
    IpAddress otherAddress = TestHost.ip("192.0.2.11");
    for (String change : List.of("listen_port=5000", "fwmark=1", "down and up")) {
      assertEquals(
          0,
          second.set(
              "public_key=" + first.publicKey,
              "endpoint=" + otherAddress + ":" + first.get("listen_port")));
      TestHost.exchange(second, 2, first, 1);
      TestHost.exchange(first, 1, second, 2);
      wire.clear();
      TestHost.exchange(first, 1, second, 2);
      assertEquals(otherAddress, wire.getFirst().source().address(), "sticky before " + change);
      if (change.equals("down and up")) {
        first.tun.down();
        first.tun.up();
        first.set();
      } else {
        assertEquals(0, first.set(change));
      }
      wire.clear();
      first.tun.push(TestHost.packet(1, 2, 60));
      Await.until("a datagram", () -> !wire.isEmpty());
      assertEquals(first.address, wire.getFirst().source().address(), "after " + change);
    }
  }

  @Test
  void newMtuLimitsThePadding() throws InterruptedException {
    assertEquals(96 + HEADER_AND_TAG, lengthOnTheWire(90));
    first.tun.mtu(90);
    first.set();
    assertEquals(90 + HEADER_AND_TAG, lengthOnTheWire(90));
  }

  private int lengthOnTheWire(int inner) {
    wire.clear();
    first.tun.push(TestHost.packet(1, 2, inner));
    Await.until("the packet", () -> second.tun.take() != null);
    return wire.getFirst().length();
  }

  @Test
  void downForgetsTheSessionsAndUpMakesNewOnes() throws InterruptedException {
    int before = keys.openCount();
    awaitInitiationInterval();
    first.tun.down();
    first.set();
    assertEquals(1, keys.openCount(), "of " + before + " only the device's own is left");
    first.tun.up();
    TestHost.exchange(first, 1, second, 2);
    TestHost.exchange(second, 2, first, 1);
  }

  /** A host may send as soon as it has set the interface up, and the monitor tells of it later. */
  @Test
  void packetsThatComeBeforeTheNewsOfUpAreNotLost() throws InterruptedException {
    awaitInitiationInterval();
    first.tun.down();
    first.set();
    byte[] packet = TestHost.packet(1, 2, 77);
    first.tun.push(packet);
    first.set();
    first.tun.up();
    Await.until("the packet", () -> Arrays.equals(packet, second.tun.take()));
  }

  /** Datagrams and packets that wait while the interface goes down, or that come after. */
  @Test
  void trafficWhileDownDoesNoHarm() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      for (int packet = 0; packet < 50; packet++) {
        first.tun.push(TestHost.packet(1, 2, 60));
        second.tun.push(TestHost.packet(2, 1, 60));
      }
      if (i % 2 == 0) {
        first.tun.down();
      } else {
        first.tun.up();
      }
    }
    awaitInitiationInterval();
    first.tun.down();
    first.tun.up();
    TestHost.exchange(first, 1, second, 2);
  }

  /** Sooner after an initiation another is refused, and the next would come in 5 s. */
  private static void awaitInitiationInterval() {
    long start = System.nanoTime();
    Await.until("25 ms later", () -> System.nanoTime() - start > 25_000_000);
  }

  // What ports and cipher refuse is counted.

  @Test
  void packetsThatTheInterfaceRefusesAreCounted() {
    int sent = 0;
    while (first.dropped(DropReason.WRITE_FAILED) == 0) {
      // The first's queue towards its host fills up, since nobody takes from it.
      if (second.tun.push(TestHost.packet(2, 1, 60))) {
        sent++;
      }
    }
    assertTrue(sent > TestHost.QUEUE_PACKETS);
    assertEquals(TestHost.QUEUE_PACKETS, first.tun.waitingCount());
    TestHost.exchange(first, 1, second, 2);
  }

  @Test
  void datagramsThatTheNetworkRefusesAreCounted() throws InterruptedException {
    // No address of this family.
    assertEquals(0, first.set("public_key=" + second.publicKey, "endpoint=[2001:db8::2]:1"));
    first.tun.push(TestHost.packet(1, 2, 60));
    Await.until("the count", () -> first.dropped(DropReason.SEND_FAILED) == 1);
    assertEquals(
        0, first.set("public_key=" + second.publicKey, "endpoint=" + second.address + ":2222"));
    TestHost.exchange(first, 1, second, 2);
  }

  @Test
  void packetsThatTheCipherRefusesAreCounted() {
    keys.refusesToSeal = true;
    first.tun.push(TestHost.packet(1, 2, 60));
    Await.until("the count", () -> first.dropped(DropReason.SEAL_FAILED) == 1);
    keys.refusesToSeal = false;
    TestHost.exchange(first, 1, second, 2);
  }
}
