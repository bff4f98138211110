package dev.warren.interop.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
  private final List<Double> asked = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(doubles = {0.03, 0.1, 0.49, 0.5, 0.51, 0.7, 1, 3.3, 9, 40})
  void findsTheLimitWithinThePrecision(double limit) {
    double found = search(rate -> rate <= limit ? rate : Double.NaN);
    assertTrue(found <= limit, "found " + found);
    assertTrue(found >= limit / RateSearch.PRECISION, "found " + found);
    assertTrue(asked.size() <= RateSearch.MAX_TRIALS, "trials " + asked);
  }

  @Test
  void nothingPasses() {
    assertEquals(0, search(rate -> Double.NaN));
    assertEquals(RateSearch.MAX_TRIALS, asked.size());
  }

  @Test
  void everythingPasses() {
    assertEquals(0.5 * (1 << (RateSearch.MAX_TRIALS - 1)), search(rate -> rate));
  }

  @Test
  void oneStutterIsForgiven() {
    boolean[] stuttered = new boolean[1];
    double found =
        search(
            rate -> {
              if (!stuttered[0] && rate >= 1) {
                stuttered[0] = true;
                return Double.NaN;
              }
              return rate <= 2 ? rate : Double.NaN;
            });
    assertTrue(found > 1.8, "found " + found);
  }

  /** More than the sender can offer cannot be told; nothing is gained by asking for it. */
  @Test
  void stopsAtTheSendersOwnLimit() {
    assertEquals(1.5, search(rate -> Math.min(rate, 1.5)));
    assertEquals(List.of(0.5, 1.0, 2.0), asked);
  }

  /** What came through counts, not what was asked for. */
  @Test
  void answersWhatCameThrough() {
    double found = search(rate -> rate <= 1 ? rate * 0.995 : Double.NaN);
    assertEquals(0.995, found, 1e-9);
  }

  private double search(RateSearch.Trial trial) {
    return RateSearch.highest(
        0.5,
        rate -> {
          asked.add(rate);
          return trial.pass(rate);
        });
  }
}
