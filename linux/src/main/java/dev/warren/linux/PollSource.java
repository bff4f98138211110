package dev.warren.linux;

/**
 * Something whose descriptors a {@link PollDoorbell} waits on for input.
 *
 * <p><b>Owner:</b> asked by the thread that waits, right before each wait.
 */
public interface PollSource {
  /** The most descriptors it can have. */
  int pollCount();

  /** The descriptor that it has now at {@code index}, or a negative number for none. */
  int pollDescriptor(int index);
}
