package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The time since the machine was started, time asleep included ({@code CLOCK_BOOTTIME}).
 *
 * <p><b>Units:</b> nanoseconds.
 *
 * <p><b>Owner:</b> one thread per clock: the kernel writes to a place that it keeps.
 */
@Confined("device")
public final class BootClock {
  private static final int CLOCK_BOOTTIME = 7;
  private static final long SECOND = 1_000_000_000L;

  private final MemorySegment timespec = Arena.ofAuto().allocate(16, 8);

  /** A clock for one thread. */
  public BootClock() {}

  /** Nanoseconds since the machine was started. */
  public long nanos() {
    int result = Libc.clockGettime(CLOCK_BOOTTIME, timespec.address());
    assert result == 0;
    return timespec.get(ValueLayout.JAVA_LONG, 0) * SECOND + timespec.get(ValueLayout.JAVA_LONG, 8);
  }
}
