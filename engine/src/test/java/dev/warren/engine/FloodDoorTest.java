package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Thinning;
import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.packet.memory.MemoryUdp;
import dev.warren.protocol.Device;
import dev.warren.protocol.Outbox;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FloodDoorTest {
  private static final long SECOND = 1_000_000_000;
  private static final int MESSAGE_BYTES = 148;
  private static final int MESSAGES = 10_000;

  private final MemoryUdp memory = new MemoryUdp(new MemoryNetwork(), TestHost.ip("192.0.2.1"));
  private final FaultyPorts.Udp udp = new FaultyPorts.Udp(memory);
  private final List<String> lines = new ArrayList<>();
  private final Device device =
      new Device(
          CryptoEngines.x25519(),
          CryptoEngines.aead(),
          RandomSource.secure(),
          () -> 0,
          new Outbox.Outlet() {
            @Override
            public void sendDatagrams(Batch batch) {}

            @Override
            public void writePackets(Batch batch) {}
          });
  private final FloodDoor door =
      new FloodDoor(device.flood(), udp, new Log(Log.Level.VERBOSE, lines::add));
  private final Batch batch = new Batch(MESSAGES, MESSAGES * MESSAGE_BYTES);
  private long now = 5 * SECOND;

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void aFloodIsThinnedAndToldOnceBothWhenItBeginsAndEnds() {
    calm(1);
    assertEquals(Long.MAX_VALUE, door.nextNanos());
    flood();
    assertTrue(memory.thinning().share(Thinning.INITIATION) < 1);
    assertEquals(1, lines.size());
    assertTrue(lines.getFirst().contains("a flood of handshake messages"), lines::toString);
    assertTrue(door.nextNanos() < now + SECOND);
    calm(100);
    assertTrue(memory.thinning().isNone());
    assertEquals("DEBUG: the flood of handshake messages is over", lines.getLast());
    assertEquals(2, lines.size());
  }

  @Test
  void floodsOfOneMinuteAreToldOnce() {
    for (int i = 0; i < 4; i++) {
      flood();
      calm(100);
    }
    assertEquals(2, lines.size(), lines::toString);
    calm(600);
    flood();
    assertEquals(3, lines.size(), lines::toString);
  }

  @Test
  void aPortThatCannotIsAskedNoMore() {
    udp.thinError = -1;
    flood();
    assertEquals(1, lines.size());
    assertTrue(lines.getFirst().contains("errno 1"), lines::toString);
    assertEquals(Long.MAX_VALUE, door.nextNanos());
    assertFalse(device.flood().isThinning(), "else it counts as under load for ever");
    udp.thinError = 0;
    flood();
    calm(100);
    assertEquals(1, lines.size());
    assertTrue(memory.thinning().isNone());
    assertFalse(lines.toString().contains("over"));
  }

  /** Three tenths of a second of it, as far as it is let in. */
  private void flood() {
    for (int i = 0; i < 3; i++) {
      batch.clear();
      double share = memory.thinning().share(Thinning.INITIATION);
      for (int j = 0; j < MESSAGES * share; j++) {
        int slot = batch.append(j * MESSAGE_BYTES, MESSAGE_BYTES);
        batch.memory().set(ValueLayout.JAVA_BYTE, batch.offset(slot), (byte) 1);
        batch.endpoint(slot, new Endpoint(TestHost.ip("198.51.100.1"), 1));
      }
      device.onDatagrams(batch, now);
      calm(1);
    }
  }

  private void calm(int tenths) {
    for (int i = 0; i < tenths; i++) {
      now += SECOND / 10;
      door.update(now);
    }
  }
}
