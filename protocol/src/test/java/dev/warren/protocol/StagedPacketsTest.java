package dev.warren.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.protocol.StagedPackets.Budget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class StagedPacketsTest {
  private final Budget budget = new Budget(100_000);
  private final StagedPackets staged = new StagedPackets(budget);
  private final MemorySegment memory = Arena.ofAuto().allocate(200_000);

  @Test
  void keepsCopiesInOrder() {
    assertEquals(0, add(staged, 100, 1));
    assertEquals(0, add(staged, 50, 2));
    assertEquals(100_000 - 150, budget.freeBytes());
    assertPolled(100, 1);
    assertPolled(50, 2);
    assertNull(staged.poll());
    assertEquals(100_000, budget.freeBytes());
  }

  @Test
  void theOldestGoesForThe129th() {
    for (int i = 0; i < 128; i++) {
      assertEquals(0, add(staged, 20, i));
    }
    assertEquals(1, add(staged, 20, 128));
    assertEquals(1, add(staged, 20, 129));
    assertEquals(128, staged.size());
    for (int i = 2; i < 130; i++) {
      assertPolled(20, i);
    }
    assertTrue(staged.isEmpty());
  }

  @Test
  void theBudgetDropsAsManyOfThePeersOldestAsItTakes() {
    add(staged, 40_000, 1);
    add(staged, 30_000, 2);
    add(staged, 30_000, 3);
    assertEquals(0, budget.freeBytes());
    assertEquals(2, add(staged, 60_000, 4));
    assertEquals(10_000, budget.freeBytes());
    assertPolled(30_000, 3);
    assertPolled(60_000, 4);
  }

  @Test
  void whereOthersHoldTheBudgetTheNewPacketGoes() {
    StagedPackets other = new StagedPackets(budget);
    add(other, 99_000, 1);
    assertEquals(1, add(staged, 2_000, 2));
    assertTrue(staged.isEmpty());
    assertEquals(1, other.size());
    assertEquals(0, add(staged, 1_000, 3));
    assertEquals(0, budget.freeBytes());
  }

  @Test
  void aPacketAboveTheBudgetDropsAllAndItself() {
    add(staged, 10, 1);
    assertEquals(2, add(staged, 100_001, 2));
    assertTrue(staged.isEmpty());
    assertEquals(100_000, budget.freeBytes());
  }

  @Test
  void purgeGivesTheBudgetBack() {
    add(staged, 10, 1);
    add(staged, 20, 2);
    assertEquals(2, staged.purge());
    assertEquals(0, staged.purge());
    assertEquals(100_000, budget.freeBytes());
  }

  private int add(StagedPackets to, int length, int fill) {
    memory.asSlice(1, length).fill((byte) fill);
    int dropped = to.add(memory, 1, length);
    memory.fill((byte) 0xee);
    return dropped;
  }

  private void assertPolled(int length, int fill) {
    byte[] packet = staged.poll();
    assertNotNull(packet);
    MemorySegment expected = Arena.ofAuto().allocate(length).fill((byte) fill);
    assertArrayEquals(expected.toArray(ValueLayout.JAVA_BYTE), packet);
  }
}
