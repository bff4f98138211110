package dev.warren.engine;

/**
 * Time that only goes forward.
 *
 * <p>The best one also counts while the machine sleeps (Linux's {@code CLOCK_BOOTTIME}): keys then
 * age in suspend, and every tunnel starts afresh after it.
 */
@FunctionalInterface
public interface MonotonicClock {
  /** Nanoseconds since some fixed moment; never negative. */
  long nanos();

  /** The JVM's own, which stands still while the machine sleeps. */
  static MonotonicClock jvm() {
    long start = System.nanoTime();
    return () -> System.nanoTime() - start;
  }
}
