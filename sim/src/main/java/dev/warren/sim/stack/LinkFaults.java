package dev.warren.sim.stack;

import dev.warren.packet.owner.Immutable;

/**
 * What a link does to the packets of one direction.
 *
 * <p><b>Units:</b> shares between 0 and 1, nanoseconds, bytes.
 *
 * @param loss the share that does not arrive
 * @param duplication the share that arrives twice
 * @param corruption the share that arrives with one bit changed
 * @param reordering the share that takes up to {@code jitterNanos} longer than the others
 * @param delayNanos how long every packet takes
 * @param jitterNanos see {@code reordering}
 * @param bytesPerSecond how fast packets go onto the link; 0 for at once
 * @param queueBytes how much may wait for that; what comes then is lost
 */
@Immutable
public record LinkFaults(
    double loss,
    double duplication,
    double corruption,
    double reordering,
    long delayNanos,
    long jitterNanos,
    long bytesPerSecond,
    int queueBytes) {

  /** Every packet arrives, in order, after a time. */
  public static LinkFaults delay(long nanos) {
    return new LinkFaults(0, 0, 0, 0, nanos, 0, 0, 0);
  }

  /** The same, and this share lost. */
  public LinkFaults losing(double share) {
    return new LinkFaults(
        share,
        duplication,
        corruption,
        reordering,
        delayNanos,
        jitterNanos,
        bytesPerSecond,
        queueBytes);
  }

  /** The same, and this share arriving twice. */
  public LinkFaults repeating(double share) {
    return new LinkFaults(
        loss, share, corruption, reordering, delayNanos, jitterNanos, bytesPerSecond, queueBytes);
  }

  /** The same, and this share coming up to so much later. */
  public LinkFaults reordering(double share, long nanos) {
    return new LinkFaults(
        loss, duplication, corruption, share, delayNanos, nanos, bytesPerSecond, queueBytes);
  }

  /** The same, and this share with a bit changed. */
  public LinkFaults corrupting(double share) {
    return new LinkFaults(
        loss, duplication, share, reordering, delayNanos, jitterNanos, bytesPerSecond, queueBytes);
  }

  /** The same at this rate, with so much waiting for it. */
  public LinkFaults rate(long bytesEachSecond, int waitingBytes) {
    return new LinkFaults(
        loss,
        duplication,
        corruption,
        reordering,
        delayNanos,
        jitterNanos,
        bytesEachSecond,
        waitingBytes);
  }
}
