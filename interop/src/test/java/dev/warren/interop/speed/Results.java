package dev.warren.interop.speed;

import dev.warren.interop.host.Implementation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of all rounds of one implementation. */
final class Results {
  private final Implementation implementation;
  private final Map<Measure, List<Double>> figures = new EnumMap<>(Measure.class);

  Results(Implementation implementation) {
    this.implementation = implementation;
  }

  void add(Measure measure, double value) {
    figures.computeIfAbsent(measure, m -> new ArrayList<>()).add(value);
  }

  Implementation implementation() {
    return implementation;
  }

  private double median(Measure measure) {
    List<Double> sorted = sorted(measure);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private List<Double> sorted(Measure measure) {
    return figures.getOrDefault(measure, List.of(Double.NaN)).stream().sorted().toList();
  }

  /** Median, and in brackets the least and the most. */
  private String cell(Measure measure) {
    List<Double> sorted = sorted(measure);
    return "%s (%s-%s)"
        .formatted(
            measure.format(median(measure)),
            measure.format(sorted.getFirst()),
            measure.format(sorted.getLast()));
  }

  /** A Markdown table of both, with the ratio of their medians. */
  static String table(Results a, Results b) {
    StringBuilder table = new StringBuilder();
    table.append(
        "| median (least-most) | %1$s | %2$s | %1$s : %2$s |%n|---|---|---|---|%n"
            .formatted(a.implementation, b.implementation));
    for (Measure measure : Measure.values()) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.2f |%n",
              measure.title(),
              a.cell(measure),
              b.cell(measure),
              a.median(measure) / b.median(measure)));
    }
    return table.toString();
  }
}
