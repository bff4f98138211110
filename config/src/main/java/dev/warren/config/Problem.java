package dev.warren.config;

import dev.warren.packet.owner.Immutable;

/**
 * Something in a configuration that is wrong, or odd.
 *
 * @param line from 1
 * @param column from 1, in characters of the line as it was written
 * @param kind how bad it is
 * @param what what is wrong, in a few words that never quote a key
 * @param expected what would have been right; empty where {@code what} says it all
 * @param wgMessage what {@code wg} says, which may quote a key: for standard error alone
 */
@Immutable
public record Problem(
    int line, int column, Kind kind, String what, String expected, String wgMessage) {

  /** How bad a problem is. */
  public enum Kind {
    /** Odd, but it will do. */
    WARNING,
    /** A line that cannot be read. */
    BAD_LINE,
    /** Lines that can each be read, and do not make a configuration. */
    INCOMPLETE
  }

  /** Whether the configuration cannot be used. */
  public boolean isError() {
    return kind != Kind.WARNING;
  }

  /** The problem for people: {@code what; expected that}. */
  public String text() {
    return expected.isEmpty() ? what : what + "; expected " + expected;
  }

  /** {@code LINE:COLUMN: what; expected that}, without {@code wg}'s message. */
  @Override
  public String toString() {
    return line + ":" + column + ": " + text();
  }
}
