package dev.warren.cli;

import dev.warren.engine.Engine;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes SIGTERM, SIGINT and SIGHUP a clean end: the device stops, its thread cleans up, and the
 * exit status is that of a command that did what it was asked for.
 *
 * <p>The JVM tells of a signal by running its shutdown hooks. This one only asks the engine to stop
 * and waits until the main thread has left everything in order, at whatever point of its start it
 * was: one thread makes things and the same takes them away.
 *
 * <p><b>Owner:</b> the main thread installs it and reports to it; the hook runs on its own.
 */
final class SignalStop {
  /** Beyond this something hangs; systemd would wait for 90 s. */
  private static final long LIMIT_SECONDS = 10;

  private final Engine engine;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int status = 1;

  private SignalStop(Engine engine) {
    this.engine = engine;
  }

  /** From now on a signal stops the engine; to be followed by {@link #finished}, come what may. */
  static SignalStop install(Engine engine) throws IOException {
    SignalStop stop = new SignalStop(engine);
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(stop::run, "warren-signal"));
    } catch (IllegalStateException e) {
      throw new IOException("stopped while it was starting", e);
    }
    return stop;
  }

  /** Everything is in order, and this is the exit status. */
  void finished(int exitStatus) {
    status = exitStatus;
    finished.countDown();
  }

  private void run() {
    if (finished.getCount() == 0) {
      return; // No signal: the program ends by itself, and knows its status.
    }
    engine.stop();
    try {
      // What did not finish in time fails.
      boolean inTime = finished.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().halt(inTime ? status : 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
