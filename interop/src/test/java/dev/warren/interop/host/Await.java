package dev.warren.interop.host;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition, never for a span of time. The condition is looked at every few
 * milliseconds until it holds or its deadline has passed.
 */
public final class Await {
  private static final long STEP_NANOS = 10_000_000;

  private Await() {}

  /** Returns once {@code condition} holds; fails with {@code what} after {@code limit}. */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    until(() -> what, limit, condition);
  }

  /** As above, with a message made only when it is needed. */
  public static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
    if (!within(limit, condition)) {
      throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.get());
    }
  }

  /** Whether {@code condition} came to hold within {@code limit}. */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > limit.toNanos()) {
        return condition.getAsBoolean();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("interrupted while waiting");
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return true;
  }

  /** Returns after {@code span}; fails as soon as {@code condition} no longer holds. */
  public static void holdsFor(String what, Duration span, BooleanSupplier condition) {
    if (within(span, () -> !condition.getAsBoolean())) {
      throw new AssertionError("did not hold for " + span.toMillis() + " ms: " + what);
    }
  }
}
