package dev.warren.cli.quick;

import org.jspecify.annotations.Nullable;

/**
 * A step could not be done.
 *
 * <p>The message is null when a program that was run has said why already.
 */
final class StepFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** The status that a shell has for a command that it does not find. */
  static final int NOT_FOUND = 127;

  private final int status;

  StepFailure(int status, @Nullable String message) {
    super(message);
    this.status = status;
  }

  /** The exit status that it leads to. */
  int status() {
    return status;
  }
}
