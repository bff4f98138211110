package dev.warren.interop.speed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One figure in all rounds. */
final class Sample {
  private final List<Double> sorted = new ArrayList<>();

  void add(double value) {
    sorted.add(value);
    Collections.sort(sorted);
  }

  boolean isEmpty() {
    return sorted.isEmpty();
  }

  /** NaN when there is none. */
  double median() {
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double least() {
    return sorted.getFirst();
  }

  double most() {
    return sorted.getLast();
  }
}
