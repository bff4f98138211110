package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineHeapTest {
  private final TestDevice device = new TestDevice(10, "192.0.2.1");
  private final DeadlineHeap heap = new DeadlineHeap();
  private int peerCount;

  @Test
  void anEmptyHeapIsNeverDue() {
    assertEquals(PeerTimers.OFF, heap.nextNanos());
    assertNull(heap.pollDue(Long.MAX_VALUE));
  }

  @Test
  void whatIsPutOffIsStillLookedAtEarly() {
    PeerTimers timers = timers();
    heap.schedule(timers, 5);
    heap.schedule(timers, 9);
    assertEquals(5, heap.nextNanos());
    heap.schedule(timers, 3);
    assertEquals(3, heap.nextNanos());
    assertNull(heap.pollDue(2));
    assertEquals(timers, heap.pollDue(3));
    assertEquals(PeerTimers.OFF, heap.nextNanos());
  }

  /** Against a map from which the least is searched. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithANaiveModel(long seed) {
    Random random = new Random(seed);
    PeerTimers[] all = new PeerTimers[1 + random.nextInt(60)];
    for (int i = 0; i < all.length; i++) {
      all[i] = timers();
    }
    Map<PeerTimers, Long> model = new HashMap<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      PeerTimers timers = all[random.nextInt(all.length)];
      switch (random.nextInt(5)) {
        case 0, 1, 2 -> {
          long nanos = now + random.nextInt(100);
          heap.schedule(timers, nanos);
          model.merge(timers, nanos, Math::min);
        }
        case 3 -> {
          heap.remove(timers);
          model.remove(timers);
        }
        default -> {
          now += random.nextInt(20);
          pollAll(model, now);
        }
      }
      long least = model.values().stream().mapToLong(n -> n).min().orElse(PeerTimers.OFF);
      assertEquals(least, heap.nextNanos(), "seed " + seed + " step " + step);
    }
  }

  private void pollAll(Map<PeerTimers, Long> model, long now) {
    long last = Long.MIN_VALUE;
    PeerTimers due;
    while ((due = heap.pollDue(now)) != null) {
      Long nanos = model.remove(due);
      assertNotNull(nanos);
      assertTrue(nanos <= now && nanos >= last, "in order");
      last = nanos;
      assertEquals(-1, due.heapSlot);
    }
    assertTrue(model.values().stream().allMatch(nanos -> nanos > now));
  }

  private PeerTimers timers() {
    byte[] key = new byte[PublicKey.BYTES];
    Messages.putInt(key, 0, ++peerCount);
    return device.device.addPeer(PublicKey.of(key, 0)).timers();
  }
}
