package dev.warren.cli.quickstart;

/** A step that failed: why, and what mends it. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  private final String mend;

  /** A failure; {@code mend} is empty where nobody knows. */
  Failure(String cause, String mend) {
    super(cause, null, false, false);
    this.mend = mend;
  }

  String cause() {
    return String.valueOf(getMessage());
  }

  String mend() {
    return mend;
  }
}
