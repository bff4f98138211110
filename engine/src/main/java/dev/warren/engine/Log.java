package dev.warren.engine;

import dev.warren.packet.owner.Shared;
import java.util.function.Consumer;

/**
 * Lines for the operator, at the level that {@code LOG_LEVEL} asks for.
 *
 * <p>Not for packets: what is said per packet is counted, not logged.
 *
 * <p><b>Owner:</b> any thread; the sink must bear that.
 */
@Shared
public final class Log {
  /** How much is said. */
  public enum Level {
    /** Nothing. */
    SILENT,
    /** What the operator must mend, and what was switched off. */
    ERROR,
    /** What the device does as well. */
    VERBOSE
  }

  private final Level level;
  private final Consumer<String> sink;

  /** A log that hands its lines to {@code sink}. */
  public Log(Level level, Consumer<String> sink) {
    this.level = level;
    this.sink = sink;
  }

  /** Says what must be mended. */
  public void error(String line) {
    if (level.compareTo(Level.ERROR) >= 0) {
      sink.accept("ERROR: " + plain(line));
    }
  }

  /** Says what the device does. */
  public void verbose(String line) {
    if (level.compareTo(Level.VERBOSE) >= 0) {
      sink.accept("DEBUG: " + plain(line));
    }
  }

  /** Lines may quote what a client sent: that must not steer a terminal, nor pass for a line. */
  private static String plain(String line) {
    StringBuilder plain = new StringBuilder(line);
    for (int i = 0; i < plain.length(); i++) {
      if (Character.isISOControl(plain.charAt(i))) {
        plain.setCharAt(i, '?');
      }
    }
    return plain.toString();
  }
}
