package dev.warren.embed;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that runs on a thread of its own. */
final class Task<T> {
  private final FutureTask<T> task;
  final Thread thread;

  private Task(Callable<T> what, boolean virtual) {
    task = new FutureTask<>(what);
    thread = virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().daemon().start(task);
  }

  static <T> Task<T> start(Callable<T> what) {
    return new Task<>(what, false);
  }

  static <T> Task<T> startVirtual(Callable<T> what) {
    return new Task<>(what, true);
  }

  T result() throws Exception {
    try {
      return task.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      StringBuilder where = new StringBuilder();
      for (StackTraceElement each : thread.getStackTrace()) {
        where.append("\n  ").append(each);
      }
      return fail("does not end:" + where);
    }
  }
}
