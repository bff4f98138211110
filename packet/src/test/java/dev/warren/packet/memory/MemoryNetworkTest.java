package dev.warren.packet.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.UdpPort.SendListener;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest {
  private static final IpAddress ALICE = address("192.0.2.1");
  private static final IpAddress ALICE_TOO = address("192.0.2.11");
  private static final IpAddress ALICE_V6 = address("2001:db8::1");
  private static final IpAddress BOB = address("192.0.2.2");
  private static final IpAddress BOB_V6 = address("2001:db8::2");

  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryUdp alice = new MemoryUdp(network, ALICE, ALICE_TOO, ALICE_V6);
  private final MemoryUdp bob = new MemoryUdp(network, BOB, BOB_V6);
  private final Batch batch = new Batch(8, Arena.ofAuto().allocate(1 << 16, 64));
  private final List<String> complaints = new ArrayList<>();
  private final SendListener listener =
      new SendListener() {
        @Override
        public void sourceInvalid(Endpoint endpoint) {
          complaints.add("source " + endpoint.source());
        }

        @Override
        public void failed(int slot, int errno) {
          complaints.add(slot + " failed " + errno);
        }
      };

  @Test
  void bindsAndArrives() {
    assertEquals(51820, alice.bind(51820));
    assertEquals(51820, bob.bind(51820));
    assertEquals(1, send(alice, new Endpoint(BOB, 51820), "hello", 0x88));
    assertEquals(1, send(alice, new Endpoint(BOB_V6, 51820), "hello six", 0));

    assertEquals(2, bob.receive(batch));
    assertEquals("hello", text(0));
    assertEquals(0x88, batch.tos(0));
    assertEquals(new Endpoint(ALICE, 51820, 0, BOB, 1), batch.endpoint(0));
    assertEquals("hello six", text(1));
    assertEquals(5, batch.offset(1)); // back to back: no room is promised
    assertEquals(new Endpoint(ALICE_V6, 51820, 0, BOB_V6, 1), batch.endpoint(1));
    assertEquals(0, bob.receive(batch));
    assertEquals(List.of(), complaints);
  }

  @Test
  void portZeroChoosesAFreeOne() {
    int first = alice.bind(0);
    MemoryUdp sameHost = new MemoryUdp(network, ALICE);
    int second = sameHost.bind(0);
    assertTrue(first > 1024 && second > 1024 && first != second);
    assertEquals(second, sameHost.port());
  }

  @Test
  void aTakenPortLeavesTheOldOneOpen() {
    alice.bind(1000);
    MemoryUdp sameHost = new MemoryUdp(network, ALICE);
    sameHost.bind(2000);
    assertEquals(-98, sameHost.bind(1000));
    assertEquals(2000, sameHost.port());
    assertEquals(1000, alice.bind(1000)); // one's own port is free
    bob.bind(1);
    send(bob, new Endpoint(ALICE, 2000), "x", 0);
    assertEquals(1, sameHost.receive(batch));
  }

  @Test
  void rebindingMovesThePort() {
    alice.bind(1000);
    bob.bind(1);
    alice.bind(1001);
    send(bob, new Endpoint(ALICE, 1000), "lost", 0);
    send(bob, new Endpoint(ALICE, 1001), "found", 0);
    assertEquals(1, alice.receive(batch));
    assertEquals("found", text(0));
    assertEquals(1, network.undeliverableCount());
    alice.unbind();
    assertFalse(alice.isBound());
    send(bob, new Endpoint(ALICE, 1001), "lost", 0);
    assertEquals(0, alice.receive(batch));
    assertEquals(0, send(alice, new Endpoint(BOB, 1), "nothing", 0));
  }

  @Test
  void stickySourcesAreUsedWhileTheyAreThere() {
    alice.bind(1000);
    bob.bind(1);
    Endpoint sticky = new Endpoint(BOB, 1, 0, ALICE_TOO, 1);
    send(alice, sticky, "from too", 0);
    bob.receive(batch);
    assertEquals(new Endpoint(ALICE_TOO, 1000, 0, BOB, 1), batch.endpoint(0));

    alice.removeAddress(ALICE_TOO);
    assertEquals(1, send(alice, sticky, "from one", 0));
    bob.receive(batch);
    assertEquals(new Endpoint(ALICE, 1000, 0, BOB, 1), batch.endpoint(0));
    assertEquals(List.of("source 192.0.2.11"), complaints);

    send(bob, new Endpoint(ALICE_TOO, 1000), "gone", 0);
    assertEquals(0, alice.receive(batch));
    alice.addAddress(ALICE_TOO, 7);
    send(bob, new Endpoint(ALICE_TOO, 1000), "back", 0);
    assertEquals(1, alice.receive(batch));
    assertEquals(new Endpoint(BOB, 1, 0, ALICE_TOO, 7), batch.endpoint(0));
  }

  @Test
  void linkLocalSourcesCarryTheirZone() {
    IpAddress local = address("fe80::b");
    bob.addAddress(local, 2);
    alice.addAddress(address("fe80::a"), 3);
    alice.bind(5);
    bob.bind(6);
    send(alice, new Endpoint(local, 6, 3, address("fe80::a"), 3), "x", 0);
    assertEquals(1, bob.receive(batch));
    assertEquals(new Endpoint(address("fe80::a"), 5, 2, local, 2), batch.endpoint(0));
  }

  @Test
  void failuresNameTheirSlot() {
    MemoryUdp onlyV4 = new MemoryUdp(network, address("192.0.2.3"));
    onlyV4.bind(9);
    bob.bind(1);
    assertEquals(-101, send(onlyV4, new Endpoint(BOB_V6, 1), "x", 0));
    assertEquals(List.of("0 failed 101"), complaints);
    batch.clear();
    batch.append(0, 65508);
    batch.endpoint(0, new Endpoint(BOB, 1));
    batch.append(0, 65507);
    batch.endpoint(1, new Endpoint(BOB, 1));
    assertEquals(1, onlyV4.send(batch, listener));
    assertEquals(List.of("0 failed 101", "0 failed 90"), complaints);
    assertEquals(1, bob.receive(batch));
    assertEquals(65507, batch.length(0));
  }

  @Test
  void theMarkTravelsAlong() {
    List<Datagram> seen = new ArrayList<>();
    network.link(
        (datagram, delivery) -> {
          seen.add(datagram);
          delivery.deliver(datagram);
        });
    alice.bind(1000);
    alice.mark(0x51820);
    assertEquals(0x51820, alice.mark());
    send(alice, new Endpoint(BOB, 1), "nobody listens", 2);
    assertEquals(0x51820, seen.getFirst().mark());
    assertEquals(2, seen.getFirst().tos());
    assertEquals("192.0.2.1:1000 > 192.0.2.2:1, 14 bytes", seen.getFirst().toString());
    assertEquals(1, network.carriedCount());
    assertEquals(1, network.undeliverableCount());
  }

  @Test
  void aLinkMayDropDuplicateAndReorder() {
    alice.bind(1);
    bob.bind(2);
    List<Runnable> held = new ArrayList<>();
    network.link(
        (datagram, delivery) -> {
          switch (new String(datagram.payload(), US_ASCII)) {
            case "drop" -> {}
            case "twice" -> {
              delivery.deliver(datagram);
              delivery.deliver(datagram);
            }
            case "late" -> held.add(() -> delivery.deliver(datagram));
            default -> delivery.deliver(datagram.withTos(3).withPayload(new byte[] {'C', 'E'}));
          }
        });
    for (String word : List.of("drop", "late", "twice", "mark")) {
      send(alice, new Endpoint(BOB, 2), word, 0);
    }
    held.forEach(Runnable::run);
    assertEquals(4, bob.receive(batch));
    assertEquals("twice", text(0));
    assertEquals("twice", text(1));
    assertEquals("CE", text(2));
    assertEquals(3, batch.tos(2));
    assertEquals("late", text(3));
  }

  @Test
  void aLinkMayTranslateAddresses() {
    IpAddress outside = address("203.0.113.1");
    network.link(
        (datagram, delivery) -> {
          boolean inward = datagram.destination().address().equals(outside);
          delivery.deliver(inward ? datagram.to(ALICE, 1) : datagram.from(outside, 4000));
        });
    alice.bind(1);
    bob.bind(2);
    send(alice, new Endpoint(BOB, 2), "out", 0);
    bob.receive(batch);
    Endpoint seen = batch.endpoint(0);
    assertNotNull(seen);
    assertTrue(seen.sameRemote(new Endpoint(outside, 4000)));
    send(bob, seen, "in", 0);
    assertEquals(1, alice.receive(batch));
  }

  @Test
  void testsMayForge() {
    bob.bind(2);
    Endpoint from = new Endpoint(address("198.51.100.66"), 666);
    network.send(new Datagram(from, new Endpoint(BOB, 2), 0, 0, new byte[0]));
    assertEquals(1, bob.receive(batch));
    assertEquals(0, batch.length(0));
  }

  @Test
  void aFullQueueDropsTheNewestAndAnOversizedDatagramIsSkipped() {
    bob.bind(2);
    Endpoint from = new Endpoint(ALICE, 1);
    Datagram small = new Datagram(from, new Endpoint(BOB, 2), 0, 0, new byte[10]);
    Datagram large = new Datagram(from, new Endpoint(BOB, 2), 0, 0, new byte[1000]);
    network.send(large);
    for (int i = 1; i < MemoryUdp.QUEUE_DATAGRAMS + 3; i++) {
      network.send(small);
    }
    assertEquals(3, bob.droppedCount());
    Batch tiny = new Batch(4, MemorySegment.ofArray(new byte[35]));
    assertEquals(3, bob.receive(tiny));
    assertEquals(4, bob.droppedCount());
  }

  @Test
  void arrivalsRingTheDoorbell() throws InterruptedException {
    MemoryDoorbell bell = new MemoryDoorbell();
    bob.doorbell(bell);
    bob.bind(2);
    alice.bind(1);
    Thread waiting = Thread.ofVirtual().start(() -> bell.await(-1));
    send(alice, new Endpoint(BOB, 2), "x", 0);
    waiting.join();
    bell.await(0);
    bell.await(1);
    bell.ring();
    bell.await(-1); // was rung before
    bell.ring();
    bell.close();
  }

  @Test
  void payloadsAreCopies() {
    alice.bind(1);
    bob.bind(2);
    send(alice, new Endpoint(BOB, 2), "before", 0);
    batch.memory().fill((byte) 'z');
    bob.receive(batch);
    assertEquals("before", text(0));
    Datagram datagram =
        new Datagram(new Endpoint(BOB, 2), new Endpoint(ALICE, 1), 0, 0, new byte[] {1});
    datagram.payload()[0] = 9;
    assertArrayEquals(new byte[] {1}, datagram.payload());
    assertNull(datagram.destination().source());
  }

  private int send(MemoryUdp from, Endpoint to, String text, int tos) {
    byte[] bytes = text.getBytes(US_ASCII);
    batch.clear();
    int slot = batch.reserve(bytes.length);
    MemorySegment.copy(
        bytes, 0, batch.memory(), ValueLayout.JAVA_BYTE, batch.offset(slot), bytes.length);
    batch.endpoint(slot, to);
    batch.tos(slot, tos);
    return from.send(batch, listener);
  }

  private String text(int slot) {
    byte[] bytes =
        batch
            .memory()
            .asSlice(batch.offset(slot), batch.length(slot))
            .toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, US_ASCII);
  }

  private static IpAddress address(String text) {
    @Nullable IpAddress parsed = IpAddress.parse(text);
    assertNotNull(parsed);
    return parsed;
  }
}
