package dev.warren.sim.stack;

/** What a program does next. */
record Step(Kind kind, long amount) {
  enum Kind {
    /** Write so many bytes. */
    SEND,
    /** Wait until so many bytes came in all. */
    AWAIT,
    /** Wait so many nanoseconds. */
    PAUSE,
    /** End the own stream. */
    SHUTDOWN,
    /** Wait for the end of the other's stream. */
    AWAIT_END,
    CLOSE,
    ABORT
  }

  static Step send(long bytes) {
    return new Step(Kind.SEND, bytes);
  }

  static Step await(long bytes) {
    return new Step(Kind.AWAIT, bytes);
  }

  static Step pause(long nanos) {
    return new Step(Kind.PAUSE, nanos);
  }

  static Step of(Kind kind) {
    return new Step(kind, 0);
  }

  @Override
  public String toString() {
    return amount == 0 ? kind.toString() : kind + " " + amount;
  }
}
