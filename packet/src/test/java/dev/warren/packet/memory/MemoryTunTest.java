package dev.warren.packet.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.LinkListener;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTunTest {
  private final MemoryTun tun = new MemoryTun("wg0", 1420, 4);

  @Test
  void packetsPassBothWaysInOrder() {
    Batch batch = batch(8, 4096);
    assertTrue(tun.push(packet(1, 20)));
    assertTrue(tun.push(packet(2, 1420)));
    assertEquals(2, tun.read(batch));
    assertEquals(20, batch.length(0));
    assertEquals(1420, batch.length(1));
    assertTrue(batch.offset(0) >= Batch.HEADROOM);
    assertEquals(0, batch.offset(0) % Batch.HEADROOM);

    assertEquals(2, tun.write(batch));
    assertEquals(2, tun.waitingCount());
    assertArrayEquals(packet(1, 20), tun.take());
    assertArrayEquals(packet(2, 1420), tun.take());
    assertNull(tun.take());
    assertEquals(0, tun.read(batch));
    assertTrue(batch.isEmpty());
  }

  @Test
  void aFullBatchLeavesTheRestWaiting() {
    Batch batch = batch(2, 4096);
    for (int i = 0; i < 3; i++) {
      tun.push(packet(i, 100));
    }
    assertEquals(2, tun.read(batch));
    assertEquals(1, tun.read(batch));
    assertEquals(2, batch.memory().get(ValueLayout.JAVA_BYTE, batch.offset(0)));
  }

  @Test
  void aPacketLargerThanTheBatchIsDropped() {
    Batch batch = batch(4, 1024);
    tun.push(packet(1, 5000));
    tun.push(packet(2, 100));
    assertEquals(1, tun.read(batch));
    assertEquals(100, batch.length(0));
    assertEquals(1, tun.droppedCount());
  }

  @Test
  void fullQueuesDropTheNewest() {
    for (int i = 0; i < 5; i++) {
      assertEquals(i < 4, tun.push(packet(i, 20)));
    }
    assertEquals(1, tun.droppedCount());
    Batch batch = batch(8, 4096);
    assertEquals(4, tun.read(batch));
    assertEquals(4, tun.write(batch));
    assertEquals(0, tun.write(batch));
    assertEquals(5, tun.droppedCount());
  }

  @Test
  void writingSpoilsTheBytesBefore() {
    Batch batch = batch(1, 256);
    int slot = batch.reserve(20);
    tun.write(batch);
    int before = batch.offset(slot) - 1;
    assertEquals((byte) 0xa5, batch.memory().get(ValueLayout.JAVA_BYTE, before));
    assertEquals(0, batch.memory().get(ValueLayout.JAVA_BYTE, before - 16));
    assertEquals(0, batch.memory().get(ValueLayout.JAVA_BYTE, batch.offset(slot)));
  }

  @Test
  void theListenerHearsTheLink() {
    List<String> heard = new ArrayList<>();
    tun.up(); // nobody listens
    tun.listener(
        new LinkListener() {
          @Override
          public void linkUp() {
            heard.add("up");
          }

          @Override
          public void linkDown() {
            heard.add("down");
          }

          @Override
          public void linkMtu(int mtu) {
            heard.add("mtu " + mtu);
          }

          @Override
          public void linkGone() {
            heard.add("gone");
          }
        });
    tun.up();
    tun.mtu(1280);
    tun.down();
    tun.delete();
    assertEquals(List.of("up", "mtu 1280", "down", "gone"), heard);
    assertEquals(1280, tun.mtu());
    Batch batch = batch(1, 256);
    assertEquals(-77, tun.read(batch));
    assertEquals(-77, tun.write(batch));
    assertFalse(tun.push(packet(1, 20)));
  }

  private static byte[] packet(int first, int length) {
    byte[] packet = new byte[length];
    packet[0] = (byte) first;
    packet[length - 1] = (byte) first;
    return packet;
  }

  private static Batch batch(int slots, int bytes) {
    return new Batch(slots, Arena.ofAuto().allocate(bytes, 64));
  }
}
