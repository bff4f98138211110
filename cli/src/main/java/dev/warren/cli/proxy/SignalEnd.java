package dev.warren.cli.proxy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The end of the command: by a signal, which is a clean one, or by itself.
 *
 * <p>The JVM tells of a signal by running its shutdown hooks. This one lets the main thread go, and
 * waits until that has left everything in order.
 *
 * <p><b>Owner:</b> any thread; the main thread waits.
 */
final class SignalEnd {
  private static final long LIMIT_SECONDS = 10;
  private static final int UNDECIDED = -1;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicInteger status = new AtomicInteger(UNDECIDED);

  private SignalEnd() {}

  /** From now on a signal is heard; to be followed by {@link #finished}, come what may. */
  static SignalEnd install() throws IOException {
    SignalEnd end = new SignalEnd();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(end::hear, "warren-signal"));
    } catch (IllegalStateException e) {
      throw new IOException("stopped while it was starting", e);
    }
    return end;
  }

  /** It shall end with this status, unless it ends already. */
  void begin(int exitStatus) {
    status.compareAndSet(UNDECIDED, exitStatus);
    begun.countDown();
  }

  /** Waits until it shall end; the exit status. */
  int await() throws InterruptedException {
    begun.await();
    return status.get();
  }

  /** Everything is in order. */
  void finished() {
    finished.countDown();
  }

  private void hear() {
    if (finished.getCount() == 0) {
      return; // No signal: the program ends by itself, and knows its status.
    }
    begin(0);
    try {
      boolean inTime = finished.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().halt(inTime ? status.get() : 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
