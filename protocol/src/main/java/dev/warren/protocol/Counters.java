package dev.warren.protocol;

import dev.warren.packet.owner.Shared;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many packets were dropped, by reason.
 *
 * <p><b>Owner:</b> the device's thread counts; any thread reads, and may see a count late (opaque
 * access: whole values, no order between them).
 */
@Shared
public final class Counters {
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] drops = new long[DropReason.values().length];

  /** Counts one dropped packet. */
  public void drop(DropReason reason) {
    drop(reason, 1);
  }

  /** Counts several dropped packets. */
  public void drop(DropReason reason, long packets) {
    int i = reason.ordinal();
    COUNT.setOpaque(drops, i, (long) COUNT.getOpaque(drops, i) + packets);
  }

  /** How many packets were dropped for a reason. */
  public long dropped(DropReason reason) {
    return (long) COUNT.getOpaque(drops, reason.ordinal());
  }
}
