package dev.warren.interop.speed;

/**
 * Finds the highest rate that passes a trial, by doubling and then by halving the step (on a
 * logarithmic scale).
 *
 * <p>A trial that fails is tried once more, since a stray stutter of the machine loses packets too;
 * so what is found errs towards the higher rate, for everyone alike. The search is over when pass
 * and failure are within {@link #PRECISION}, when the sender itself is slower than asked, or after
 * {@link #MAX_TRIALS}.
 */
final class RateSearch {
  /** Of highest pass to lowest failure. */
  static final double PRECISION = 1.1;

  static final int MAX_TRIALS = 16;

  private static final double FULL_SPEED = 0.95;

  /** One rate offered. */
  interface Trial {
    /**
     * Offers a rate.
     *
     * @return what came through, in the same unit, or NaN when too much of it was lost
     */
    double pass(double rate);
  }

  private final Trial trial;
  private int trials;
  private double best;

  private RateSearch(Trial trial) {
    this.trial = trial;
  }

  /** The most that came through in a passing trial; 0 when none passed. */
  static double highest(double start, Trial trial) {
    return new RateSearch(trial).search(start);
  }

  private double search(double start) {
    double pass = 0;
    double failure = Double.POSITIVE_INFINITY;
    double rate = start;
    while (trials < MAX_TRIALS && failure > pass * PRECISION) {
      double through = tryTwice(rate);
      if (Double.isNaN(through)) {
        failure = rate;
      } else {
        pass = rate;
        best = Math.max(best, through);
        if (through < FULL_SPEED * rate) {
          break;
        }
      }
      if (pass == 0) {
        rate = failure / 2;
      } else {
        rate = Double.isInfinite(failure) ? pass * 2 : Math.sqrt(pass * failure);
      }
    }
    return best;
  }

  private double tryTwice(double rate) {
    double through = Double.NaN;
    for (int i = 0; i < 2 && trials < MAX_TRIALS && Double.isNaN(through); i++) {
      trials++;
      through = trial.pass(rate);
    }
    return through;
  }
}
