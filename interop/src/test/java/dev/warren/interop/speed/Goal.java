package dev.warren.interop.speed;

import java.util.Locale;

/**
 * What a row should show, for the first implementation.
 *
 * @param of what is looked at: the ratio of the two, or the first alone
 */
record Goal(Of of, Relation relation, double bound) {
  /** No goal: the row informs. */
  static final Goal NONE = new Goal(Of.NOTHING, Relation.ABOVE, 0);

  /** What is looked at. */
  enum Of {
    NOTHING,
    RATIO,
    FIRST
  }

  /** How it should stand to the bound. */
  enum Relation {
    AT_LEAST("≥"),
    ABOVE(">"),
    AT_MOST("≤"),
    BELOW("<");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }
  }

  static Goal ratio(Relation relation, double bound) {
    return new Goal(Of.RATIO, relation, bound);
  }

  static Goal first(Relation relation, double bound) {
    return new Goal(Of.FIRST, relation, bound);
  }

  /** Whether the medians reach it; what was not measured does not. */
  boolean isMet(double first, double second) {
    double value = of == Of.RATIO ? first / second : first;
    return switch (relation) {
      case AT_LEAST -> value >= bound;
      case ABOVE -> value > bound;
      case AT_MOST -> value <= bound;
      case BELOW -> value < bound;
    };
  }

  /** The goal and whether it is met, as the table says it. */
  String verdict(String firstLabel, double first, double second) {
    if (of == Of.NOTHING) {
      return "";
    }
    String subject = of == Of.FIRST ? firstLabel + " " : "";
    String number = String.format(Locale.ROOT, bound % 1 == 0 ? "%.0f" : "%s", bound);
    return subject
        + relation.sign
        + " "
        + number
        + (isMet(first, second) ? ": met" : ": **not met**");
  }
}
