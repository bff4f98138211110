package dev.warren.cli.quick;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes SIGINT, SIGTERM and SIGHUP a failed step: what was done is undone, and the program leaves.
 *
 * <p>The JVM tells of a signal by running its shutdown hooks. This one interrupts the main thread
 * and the program that it waits for, and then waits until the main thread has undone everything.
 *
 * <p><b>Owner:</b> the main thread installs it and reports to it; the hook runs on its own.
 */
final class Interruption {
  /** Undoing runs programs, which may take a while; beyond this something hangs. */
  private static final long LIMIT_SECONDS = 60;

  private final Host host;
  private final Thread main = Thread.currentThread();
  private final CountDownLatch finished = new CountDownLatch(1);
  private boolean undisturbed;
  private volatile int status = Executor.STOPPED;

  private Interruption(Host host) {
    this.host = host;
  }

  /** From now on a signal interrupts; to be followed by {@link #finished}, come what may. */
  static Interruption install(Host host) throws StepFailure {
    Interruption interruption = new Interruption(host);
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(interruption::run, "warren-signal"));
    } catch (IllegalStateException e) {
      throw new StepFailure(Executor.STOPPED, null);
    }
    return interruption;
  }

  /** From now on nothing disturbs the main thread, which is undoing or done. */
  synchronized void holdOff() {
    undisturbed = true;
  }

  /** Everything is in order, and this is the exit status. */
  void finished(int exitStatus) {
    status = exitStatus;
    finished.countDown();
  }

  private synchronized void disturb() {
    if (!undisturbed) {
      main.interrupt();
      host.stopProgram();
    }
  }

  private void run() {
    if (finished.getCount() == 0) {
      return; // No signal: the program ends by itself, and knows its status.
    }
    disturb();
    try {
      boolean inTime = finished.await(LIMIT_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().halt(inTime ? status : Executor.STOPPED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
