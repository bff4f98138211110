package dev.warren.sim;

import dev.warren.packet.owner.Immutable;

/**
 * What a network does to datagrams. Delays between {@code minDelay} and {@code maxDelay} are drawn
 * for each, so that unequal ones reorder.
 *
 * <p><b>Units:</b> shares between 0 and 1, nanoseconds.
 *
 * @param loss the share that does not arrive
 * @param duplication the share that arrives twice
 */
@Immutable
public record Conditions(double loss, double duplication, long minDelayNanos, long maxDelayNanos) {

  /** Every datagram arrives, in order, after a time. */
  public static Conditions delay(long nanos) {
    return new Conditions(0, 0, nanos, nanos);
  }
}
