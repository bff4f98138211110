package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
  private static final long BEYOND = ReplayWindow.WINDOW + 1;
  private static final long REJECT = ReplayWindow.REJECT_AFTER_MESSAGES;

  private ReplayWindow window = new ReplayWindow();

  @Test
  void theLimitsAreThePapers() {
    assertEquals("18446744073709543423", Long.toUnsignedString(REJECT)); // 2^64 - 2^13 - 1
    assertEquals(8128, ReplayWindow.WINDOW);
  }

  @Test
  void eachIsAcceptedOnce() {
    accepts(0);
    accepts(1);
    rejects(1);
    rejects(0);
    accepts(9);
    accepts(8);
    accepts(7);
    rejects(7);
    rejects(9);
    accepts(2);
    rejects(2);
  }

  @Test
  void theWindowEndsSharply() {
    accepts(0);
    accepts(1);
    accepts(BEYOND); // 0 falls out, 1 is the last that can be told
    rejects(1);
    rejects(0);
    accepts(2);
    rejects(2);
    accepts(BEYOND + 16);
    rejects(3);
    rejects(16);
    accepts(17);
    rejects(BEYOND + 16);
    accepts(BEYOND * 4);
    accepts(BEYOND * 4 - ReplayWindow.WINDOW);
    rejects(BEYOND * 4 - ReplayWindow.WINDOW);
    rejects(BEYOND * 4 - ReplayWindow.WINDOW - 1);
    accepts(BEYOND * 4 - ReplayWindow.WINDOW + 1);
    rejects(10);
    rejects(0);
  }

  @Test
  void countersBeyondTheLimitAreNeverAccepted() {
    rejects(REJECT);
    rejects(-1);
    accepts(0); // a refused one moved nothing
    accepts(REJECT - 1);
    rejects(REJECT - 1);
    rejects(REJECT);
    rejects(REJECT + 1);
    rejects(-1);
    rejects(0);
    accepts(REJECT - 2);
    rejects(REJECT - 2);
    accepts(REJECT - 1 - ReplayWindow.WINDOW);
    rejects(REJECT - 2 - ReplayWindow.WINDOW);
  }

  @Test
  void countersAreUnsigned() {
    accepts(Long.MAX_VALUE);
    accepts(Long.MIN_VALUE); // one more
    rejects(Long.MAX_VALUE);
    accepts(Long.MAX_VALUE - 1);
    accepts(Long.MIN_VALUE + 1);
    rejects(Long.MIN_VALUE);
    rejects(5);
    rejects(Long.MAX_VALUE - ReplayWindow.WINDOW);
    accepts(Long.MAX_VALUE - ReplayWindow.WINDOW + 2);
  }

  @Test
  void aLeapOverTheWholeRingForgetsAll() {
    for (int i = 0; i < 8192; i++) {
      accepts(i);
    }
    accepts(1L << 40);
    for (long i = (1L << 40) - 1; i >= (1L << 40) - ReplayWindow.WINDOW; i--) {
      accepts(i);
    }
    rejects((1L << 40) - ReplayWindow.WINDOW - 1);
  }

  @Test
  void forwardsBackwardsAndShuffled() {
    for (int i = 1; i <= ReplayWindow.WINDOW; i++) {
      accepts(i);
    }
    accepts(0);
    rejects(0);

    window = new ReplayWindow();
    for (int i = 2; i <= ReplayWindow.WINDOW + 1; i++) {
      accepts(i);
    }
    accepts(1);
    rejects(0);

    window = new ReplayWindow();
    for (int i = ReplayWindow.WINDOW; i >= 0; i--) {
      accepts(i);
    }
    for (int i = 0; i <= ReplayWindow.WINDOW; i++) {
      rejects(i);
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1000, (1L << 32) - 20_000, Long.MAX_VALUE - 20_000, -(1L << 13) - 1 - 40_000})
  void agreesWithASet(long start) {
    Random random = new Random(start);
    Set<Long> seen = new HashSet<>();
    long greatest = start;
    long next = start;
    for (int i = 0; i < 200_000; i++) {
      long counter =
          switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 -> next++;
            case 5, 6 -> next - random.nextInt(200);
            case 7, 8 -> next - random.nextInt(9000);
            default -> random.nextInt(50) == 0 ? (next += random.nextInt(9000)) : next + 1;
          };
      if (counter - start < 0 || Long.compareUnsigned(counter, start) < 0) {
        continue; // before the beginning, or round the end
      }
      boolean fresh = !seen.contains(counter);
      boolean near =
          Long.compareUnsigned(counter, greatest) > 0 || greatest - counter <= ReplayWindow.WINDOW;
      boolean belowLimit = Long.compareUnsigned(counter, REJECT) < 0;
      assertEquals(fresh && near && belowLimit, window.accept(counter), () -> "at " + counter);
      if (fresh && near && belowLimit) {
        seen.add(counter);
        greatest = Long.compareUnsigned(counter, greatest) > 0 ? counter : greatest;
      }
    }
  }

  private void accepts(long counter) {
    assertTrue(window.accept(counter), () -> Long.toUnsignedString(counter));
  }

  private void rejects(long counter) {
    assertFalse(window.accept(counter), () -> Long.toUnsignedString(counter));
  }
}
