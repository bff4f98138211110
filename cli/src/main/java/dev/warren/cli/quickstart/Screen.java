package dev.warren.cli.quickstart;

import dev.warren.cli.terminal.Ink;
import java.io.PrintStream;

/**
 * What quickstart shows: a line for each step, its label when it begins and the rest when it is
 * done.
 *
 * <p><b>Owner:</b> the main thread.
 */
final class Screen {
  private static final int LABEL_COLUMNS = 11;

  private final PrintStream out;
  private final Ink ink;
  private boolean open;

  Screen(PrintStream out, Ink ink) {
    this.out = out;
    this.ink = ink;
  }

  Ink ink() {
    return ink;
  }

  /** A step begins. */
  Screen step(String label) {
    open = true;
    return add("  " + ink.bold(Ink.left(label, LABEL_COLUMNS)));
  }

  /** Part of the line under way. */
  Screen add(String text) {
    Ink.print(out, text);
    return this;
  }

  /** The step is done. */
  void done(String text) {
    open = false;
    Ink.print(out, text + "\n");
  }

  /** A line below a step. */
  void below(String text) {
    Ink.print(out, "  " + " ".repeat(LABEL_COLUMNS) + text + "\n");
  }

  /** A line, or an empty one. */
  void line(String text) {
    Ink.print(out, text + "\n");
  }

  /** Ends a line that is not finished, for what comes on standard error. */
  void breakOff() {
    if (open) {
      done("");
    }
  }
}
