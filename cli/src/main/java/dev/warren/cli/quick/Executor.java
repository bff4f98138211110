package dev.warren.cli.quick;

import dev.warren.linux.LinuxException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does steps one after another, showing each, and undoes all of them when one fails.
 *
 * <p><b>Owner:</b> the main thread. Who wants it to stop interrupts that.
 *
 * <p><b>Errors:</b> the first failure of {@link #perform} is told and thrown; failures while
 * undoing are told, and the rest is undone all the same.
 */
final class Executor {
  /** The status of a command that SIGINT or its like has ended. */
  static final int STOPPED = 130;

  private final Host host;
  private final String program;
  private final PrintStream err;
  private final Deque<Step> undoing = new ArrayDeque<>();
  private boolean failed;

  Executor(Host host, String program, PrintStream err) {
    this.host = host;
    this.program = program;
    this.err = err;
  }

  Host host() {
    return host;
  }

  /** Does all of these; the first that fails is the last. */
  void perform(List<Step> steps) throws StepFailure {
    for (Step step : steps) {
      if (Thread.currentThread().isInterrupted()) {
        throw new StepFailure(STOPPED, null);
      }
      Step undo = step.undo();
      if (undo != null && step.undoIfFailed()) {
        undoing.push(undo);
      }
      StepFailure failure = attempt(step);
      if (failure != null) {
        throw failure;
      }
      if (undo != null && !step.undoIfFailed()) {
        undoing.push(undo);
      }
    }
  }

  /** Does all of these, whatever fails, and remembers if one did. */
  void performAll(List<Step> steps) {
    for (Step step : steps) {
      failed |= attempt(step) != null;
    }
  }

  /** Says what could not be done besides the steps, and remembers that. */
  void fail(String why) {
    err.println(program + ": " + why);
    failed = true;
  }

  /** Whether a step of {@link #performAll}, or what was told to {@link #fail}, failed. */
  boolean hasFailed() {
    return failed;
  }

  /** Undoes what was done, the last first. */
  void undoAll() {
    // From here on nothing is to stop us half way.
    boolean stopped = Thread.interrupted();
    while (!undoing.isEmpty()) {
      try {
        attempt(undoing.pop());
      } catch (RuntimeException e) {
        // Our bug; what was done before is not to stay for it.
        err.println(program + ": " + e);
      }
    }
    if (stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says why the way ends here, which is no step. */
  StepFailure failure(String why) {
    err.println(program + ": " + why);
    return new StepFailure(1, null);
  }

  private @Nullable StepFailure attempt(Step step) {
    if (!step.shown().isEmpty()) {
      host.show(step.shown());
    }
    StepFailure failure;
    try {
      step.action().run(host);
      return null;
    } catch (StepFailure e) {
      failure = e;
    } catch (LinuxException | IOException e) {
      failure = new StepFailure(1, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new StepFailure(STOPPED, null);
    }
    String why = failure.getMessage();
    if (why != null) {
      err.println(program + ": " + why);
    }
    return failure;
  }
}
