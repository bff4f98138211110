package dev.warren.packet;

/**
 * What the device's thread waits on when there is nothing to do: its ports' input, a deadline, or a
 * ring from another thread.
 *
 * <p><b>Owner:</b> {@link #await} the device's thread; {@link #ring} any thread.
 */
public interface Doorbell extends AutoCloseable {
  /**
   * Waits until a port has input, {@link #ring} was called since the last return, or the time is
   * over. It may also return early without a reason.
   *
   * @param nanos how long to wait at most; negative means without limit, 0 only takes note
   */
  void await(long nanos);

  /** Makes the present or next {@link #await} return. */
  void ring();

  @Override
  void close();
}
