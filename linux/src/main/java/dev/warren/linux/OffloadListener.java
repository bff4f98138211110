package dev.warren.linux;

/** Hears which wanted offloads do not work: worth one line in a log each. */
@FunctionalInterface
public interface OffloadListener {
  /**
   * The kernel refused an offload, at the start or while it was used; it stays off from now on, and
   * no packet was lost for it. Called at most once for each, by the thread that found out: the one
   * that opens, or the device's.
   *
   * @param errno the (positive) error number
   */
  void offloadOff(Offload offload, int errno);
}
