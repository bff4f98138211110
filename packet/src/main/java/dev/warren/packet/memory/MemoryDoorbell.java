package dev.warren.packet.memory;

import dev.warren.packet.Doorbell;
import dev.warren.packet.owner.Shared;
import java.util.concurrent.TimeUnit;

/**
 * A doorbell made of a monitor, for devices with in-memory ports that run on a thread of their own.
 * Devices that a test steps need none.
 *
 * <p><b>Owner:</b> {@link #await} the device's thread, {@link #ring} any; what was written before
 * the ring is seen after the await.
 *
 * <p><b>Errors:</b> an interrupt makes {@link #await} return and stays set.
 */
@Shared
public final class MemoryDoorbell implements Doorbell {
  private boolean rung;

  /** A doorbell that has not rung. */
  public MemoryDoorbell() {}

  @Override
  @SuppressWarnings("WaitNotInLoop") // the contract allows a return without a reason
  public synchronized void await(long nanos) {
    try {
      if (!rung && nanos < 0) {
        wait();
      } else if (!rung && nanos > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    rung = false;
  }

  @Override
  public synchronized void ring() {
    rung = true;
    notifyAll();
  }

  @Override
  public void close() {
    ring();
  }
}
