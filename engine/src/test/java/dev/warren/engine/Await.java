package dev.warren.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, never for a span of time. */
final class Await {
  private static final long LIMIT_NANOS = Duration.ofSeconds(20).toNanos();
  private static final long STEP_NANOS = 200_000;

  private Await() {}

  /**
   * Returns once {@code condition} holds; fails with {@code what} when it does not come to that.
   */
  static void until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new AssertionError("never came: " + what);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Returns once a thread waits for something. */
  static void untilBlocked(Thread thread) {
    until(
        thread + " waits",
        () ->
            switch (thread.getState()) {
              case BLOCKED, WAITING, TIMED_WAITING -> true;
              case TERMINATED -> throw new AssertionError(thread + " has ended");
              default -> false;
            });
  }
}
