package dev.warren.protocol;

/** The time of day, handed in since the protocol reads no clock. It may jump. */
@FunctionalInterface
public interface WallClock {
  /** Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
  long epochNanos();
}
