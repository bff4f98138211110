package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Thinning;
import org.junit.jupiter.api.Test;

/** The control of what is let in, against a socket whose queue and reader are bounded. */
class HandshakeFloodTest {
  private static final long STEP = 10_000_000;
  private static final int STEPS_PER_SECOND = 100;
  private static final int QUEUE = 18_000;
  private static final int READ_PER_STEP = 2_500;

  private final Counters counters = new Counters();
  private final HandshakeFlood flood = new HandshakeFlood(counters);
  private Thinning thinning = Thinning.NONE;
  private long now = 1_000_000_000_000L;
  private int queued;
  private double due;
  private int filterCount;

  /** Sends for a while; answers how many a second were received in the last half of it. */
  private double offer(int kind, int perSecond, int steps) {
    int received = 0;
    for (int i = 0; i < steps; i++) {
      due += (double) perSecond / STEPS_PER_SECOND * thinning.share(kind);
      queued = Math.min(QUEUE, queued + (int) due);
      due -= (int) due;
      int read = Math.min(queued, READ_PER_STEP);
      queued -= read;
      for (int j = 0; j < read; j++) {
        flood.arrived(kind);
      }
      received += i >= steps / 2 ? read : 0;
      now += STEP;
      if (flood.update(now)) {
        thinning = flood.thinning();
        filterCount++;
      }
    }
    return received / ((steps - steps / 2) / (double) STEPS_PER_SECOND);
  }

  private double offer(int perSecond, int seconds) {
    return offer(Thinning.INITIATION, perSecond, seconds * STEPS_PER_SECOND);
  }

  @Test
  void whatCanBeBorneIsLetIn() {
    offer(HandshakeFlood.FLOOD_PER_SECOND - 1_000, 10);
    assertFalse(flood.isThinning());
    assertEquals(0, filterCount);
    assertEquals(Long.MAX_VALUE, flood.nextNanos());
    assertEquals(0, counters.dropped(DropReason.THINNED));
  }

  @Test
  void aFloodIsThinnedToTheTargetWithinASecond() {
    offer(460_000, 1);
    double letIn = offer(460_000, 4);
    assertEquals(HandshakeFlood.TARGET_PER_SECOND, letIn, 0.3 * HandshakeFlood.TARGET_PER_SECOND);
    assertEquals(460_000, (double) flood.offeredPerSecond(), 60_000);
    assertTrue(filterCount < 10, () -> filterCount + " filters in five seconds");
    assertEquals(4.6 * 454_000, (double) counters.dropped(DropReason.THINNED), 250_000);
    assertTrue(flood.nextNanos() > now && flood.nextNanos() <= now + HandshakeFlood.INTERVAL);
  }

  /** Nothing but its own kind suffers from a flood. */
  @Test
  void eachKindByItself() {
    for (int kind = 0; kind < Thinning.KINDS; kind++) {
      offer(kind, 300_000, STEPS_PER_SECOND);
      for (int other = 0; other < Thinning.KINDS; other++) {
        assertEquals(other == kind, thinning.share(other) < 1);
      }
      offer(kind, 0, 20 * STEPS_PER_SECOND);
      assertFalse(flood.isThinning());
    }
  }

  @Test
  void itEndsAfterSecondsOfCalm() {
    offer(460_000, 2);
    offer(1_000, 3);
    assertTrue(flood.isThinning());
    offer(1_000, 7);
    assertFalse(flood.isThinning());
    assertTrue(thinning.isNone());
  }

  /** Half a second on, half a second off: the pauses do not open the door. */
  @Test
  void pausesWinNothing() {
    offer(460_000, 1);
    for (int i = 0; i < 10; i++) {
      offer(Thinning.INITIATION, 0, STEPS_PER_SECOND / 2);
      double letIn = offer(Thinning.INITIATION, 460_000, STEPS_PER_SECOND / 2);
      assertTrue(letIn < 2 * HandshakeFlood.TARGET_PER_SECOND, () -> letIn + " a second");
    }
  }

  /** The queue is full when thinning begins; that must not be taken for a greater flood. */
  @Test
  void whatWaitedIsNotCountedTwice() {
    for (int i = 0; i < 10; i++) {
      offer(Thinning.INITIATION, 460_000, STEPS_PER_SECOND / 10);
      assertTrue(flood.offeredPerSecond() < 2 * 460_000);
    }
  }

  /** Not a tenth of a second, in which the queue would be full and data lost. */
  @Test
  void aFloodIsSeenAtOnce() {
    offer(1_000, 1);
    offer(Thinning.INITIATION, 460_000, STEPS_PER_SECOND / 20);
    assertTrue(flood.isThinning());
  }

  @Test
  void somethingIsAlwaysLetIn() {
    offer(2_000_000_000, 2);
    assertTrue(thinning.share(Thinning.INITIATION) >= 1.0 / 4096);
  }

  /** A long time without a call is no flood, and a burst after it is none either. */
  @Test
  void aLongSilence() {
    offer(1_000, 1);
    now += 3600 * Messages.SECOND;
    for (int i = 0; i < 4096; i++) {
      flood.arrived(Thinning.INITIATION);
    }
    assertFalse(flood.update(now));
    assertFalse(flood.isThinning());
  }
}
