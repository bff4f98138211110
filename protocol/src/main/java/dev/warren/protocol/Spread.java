package dev.warren.protocol;

/**
 * Runs one piece of work over all slots of a batch, perhaps by several threads at once.
 *
 * <p>Only sealing and opening are spread: what comes before and after stays on the device's thread,
 * slot by slot, so the order of packets is never touched. The ranges given to the threads do not
 * overlap; all they wrote is visible to the caller when {@link #run} returns.
 */
@FunctionalInterface
public interface Spread {
  /** The caller's thread does it all. */
  Spread INLINE = (count, piece) -> piece.run(0, count);

  /** Does the piece for slots 0 to {@code count - 1} and returns when all are done. */
  void run(int count, Piece piece);

  /** Work on some slots. */
  @FunctionalInterface
  interface Piece {
    /** Does slots {@code from} to {@code to - 1}. */
    void run(int from, int to);
  }
}
