package dev.warren.interop.speed;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The figures of all rounds of one implementation. */
final class Results {
  private static final Sample NOTHING = new Sample();

  private final String label;
  private final Map<Measure, Sample> figures = new EnumMap<>(Measure.class);

  Results(String label) {
    this.label = label;
  }

  void add(Measure measure, double value) {
    figures.computeIfAbsent(measure, m -> new Sample()).add(value);
  }

  private Sample sample(Measure measure) {
    return figures.getOrDefault(measure, NOTHING);
  }

  /** Median, and in brackets the least and the most. */
  private String cell(Measure measure) {
    Sample sample = sample(measure);
    if (sample.isEmpty()) {
      return "-";
    }
    return "%s (%s-%s)"
        .formatted(
            measure.format(sample.median()),
            measure.format(sample.least()),
            measure.format(sample.most()));
  }

  /** A Markdown table of what was measured, with the ratio of the medians and the goal. */
  static String table(Results a, Results b) {
    StringBuilder table = new StringBuilder();
    table.append(
        "| median (least-most) | %1$s | %2$s | %1$s : %2$s | goal |%n|---|---|---|---|---|%n"
            .formatted(a.label, b.label));
    for (Measure measure : Measure.values()) {
      Measure counterpart = measure.counterpart();
      if (a.sample(measure).isEmpty() && b.sample(measure).isEmpty()) {
        continue;
      }
      double first = a.sample(measure).median();
      double second = b.sample(counterpart).median();
      table.append(
          "| %s | %s | %s | %s | %s |%n"
              .formatted(
                  measure.title(a.label, b.label),
                  a.cell(measure),
                  b.cell(counterpart),
                  Double.isNaN(first / second)
                      ? "-"
                      : String.format(Locale.ROOT, "%.2f", first / second),
                  measure.goal().verdict(a.label, first, second)));
    }
    return table.toString();
  }
}
