package dev.warren.sim;

import dev.warren.engine.MonotonicClock;
import dev.warren.packet.owner.Confined;
import java.util.concurrent.TimeUnit;

/** The virtual time, which moves only when the world moves it. */
@Confined("sim")
final class Clock implements MonotonicClock {
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long nanos;

  Clock(long start) {
    nanos = start;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  void advanceTo(long later) {
    assert later >= nanos;
    nanos = later;
  }

  @Override
  public String toString() {
    return (nanos - World.START) / 1e9 + " s";
  }
}
