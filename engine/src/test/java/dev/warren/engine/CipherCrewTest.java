package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CipherCrewTest {
  @Test
  void everySlotIsDoneOnceWhenRunReturns() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    AtomicIntegerArray times = new AtomicIntegerArray(1024);
    int[] plain = new int[1024];
    try (CipherCrew crew = new CipherCrew(3, "test")) {
      for (int round = 1; round <= 20_000; round++) {
        int count = random.nextInt(1025);
        int mark = round;
        crew.run(
            count,
            (from, to) -> {
              for (int slot = from; slot < to; slot++) {
                times.incrementAndGet(slot);
                plain[slot] = mark;
              }
            });
        for (int slot = 0; slot < 1024; slot++) {
          assertEquals(slot < count ? 1 : 0, times.get(slot), "seed " + seed + " round " + round);
          if (slot < count) {
            assertEquals(mark, plain[slot], "written by another thread, seed " + seed);
          }
          times.set(slot, 0);
        }
      }
    }
  }

  @Test
  void aBugInAWorkerReachesTheCaller() {
    try (CipherCrew crew = new CipherCrew(2, "test")) {
      assertThrows(
          IllegalStateException.class,
          () ->
              crew.run(
                  1000,
                  (from, to) -> {
                    throw new IllegalStateException("slot " + from);
                  }));
    }
  }

  @Test
  void workersThatSleepAreWoken() {
    try (CipherCrew crew = new CipherCrew(2, "test")) {
      for (int round = 0; round < 50; round++) {
        AtomicIntegerArray done = new AtomicIntegerArray(1);
        // Longer than a worker spins: it sleeps between the rounds.
        LockSupport.parkNanos(200_000);
        crew.run(256, (from, to) -> done.addAndGet(0, to - from));
        assertEquals(256, done.get(0));
      }
    }
  }

  @Test
  void machinesWithFewCoresHaveNoCrew() {
    assertEquals(0, CipherCrew.suitableWorkers(1));
    assertEquals(0, CipherCrew.suitableWorkers(2));
    assertEquals(1, CipherCrew.suitableWorkers(4));
    assertEquals(3, CipherCrew.suitableWorkers(64));
  }
}
