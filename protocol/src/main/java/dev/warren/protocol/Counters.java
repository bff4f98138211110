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

  /** Counters at zero. */
  public Counters() {}

  /** Counts one dropped packet. */
  public void drop(DropReason reason) {
    drop(reason, 1);
  }

  /** Counts several dropped packets. */
  public void drop(DropReason reason, long packets) {
    int i = slot(reason);
    COUNT.setOpaque(drops, i, (long) COUNT.getOpaque(drops, i) + packets);
  }

  /** How many packets were dropped for a reason. */
  public long dropped(DropReason reason) {
    return (long) COUNT.getOpaque(drops, slot(reason));
  }

  /** The counts live no longer than the program, so the order of the enum is good enough. */
  @SuppressWarnings("EnumOrdinal")
  private static int slot(DropReason reason) {
    return reason.ordinal();
  }
}
