package dev.warren.interop.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResultsTest {

  @Test
  void mediansOfOddAndEvenCounts() {
    Sample sample = new Sample();
    assertTrue(Double.isNaN(sample.median()));
    sample.add(9);
    assertEquals(9, sample.median());
    sample.add(1);
    assertEquals(5, sample.median());
    sample.add(2);
    assertEquals(2, sample.median());
    assertEquals(1, sample.least());
    assertEquals(9, sample.most());
  }

  @Test
  void tableTellsRatioAndGoal() {
    Results a = new Results("here");
    Results b = new Results("there");
    a.add(Measure.TCP, 4);
    a.add(Measure.TCP, 6);
    b.add(Measure.TCP, 2);
    a.add(Measure.MIXED_SENDS, 1);
    a.add(Measure.IDLE_MEMORY, 99.4);
    b.add(Measure.IDLE_MEMORY, 8);
    b.add(Measure.UDP_LOST, 12.34);
    assertEquals(
        """
        | median (least-most) | here | there | here : there | goal |
        |---|---|---|---|---|
        | TCP, 1 stream (Gbit/s) | 5.00 (4.00-6.00) | 2.00 (2.00-2.00) | 2.50 | ≥ 2: met |
        | TCP, 1 stream, mixed pair: here sends, there receives; beside it a pair of there (Gbit/s) \
        | 1.00 (1.00-1.00) | 2.00 (2.00-2.00) | 0.50 | > 1: **not met** |
        | UDP, 1300 bytes, flooded: lost (%) | - | 12.3 (12.3-12.3) | - |  |
        | resident memory, idle with 10 peers, per side (MB) | 99 (99-99) | 8 (8-8) | 12.43 \
        | here < 100: met |
        """,
        Results.table(a, b));
  }

  @Test
  void goalsMindTheirBounds() {
    assertTrue(Goal.ratio(Goal.Relation.AT_LEAST, 2).isMet(4, 2));
    assertFalse(Goal.ratio(Goal.Relation.ABOVE, 1).isMet(2, 2));
    assertTrue(Goal.ratio(Goal.Relation.AT_MOST, 0.5).isMet(1, 2));
    assertFalse(Goal.first(Goal.Relation.BELOW, 100).isMet(100, 1));
    assertFalse(Goal.ratio(Goal.Relation.AT_MOST, 1).isMet(Double.NaN, 1));
  }

  @ParameterizedTest
  @EnumSource(Measure.class)
  void everyRowCanBePrinted(Measure measure) {
    assertFalse(measure.title("a", "b").contains("%1$s"));
    assertFalse(measure.title("a", "b").contains("%%"));
    assertTrue(measure.format(1).startsWith("1"));
  }
}
