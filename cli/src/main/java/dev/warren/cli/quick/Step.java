package dev.warren.cli.quick;

import dev.warren.linux.LinuxException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One thing to do on the way up or down, and how to undo it.
 *
 * @param shown the command line that does the same, for a person to read and to repeat
 * @param action what is done
 * @param undo what takes it back, or null when nothing need be done for that
 * @param undoIfFailed whether it may have been done in part when it fails, so that undoing it is in
 *     order then too
 */
record Step(String shown, Action action, @Nullable Step undo, boolean undoIfFailed) {
  /** What a step does. */
  @FunctionalInterface
  interface Action {
    void run(Host host) throws StepFailure, LinuxException, IOException, InterruptedException;
  }

  /** A step that need not be undone: what it made goes with the interface. */
  Step(String shown, Action action) {
    this(shown, action, null, false);
  }

  /** The same step, taken back by that one. */
  Step undoneBy(Step step) {
    return new Step(shown, action, step, false);
  }

  /** The same step, taken back by that one even when it fails half way. */
  Step undoneEvenIfFailedBy(Step step) {
    return new Step(shown, action, step, true);
  }

  @Override
  public String toString() {
    return shown;
  }
}
