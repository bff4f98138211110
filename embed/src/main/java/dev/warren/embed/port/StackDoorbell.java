package dev.warren.embed.port;

import dev.warren.engine.MonotonicClock;
import dev.warren.netstack.Stack;
import dev.warren.packet.Doorbell;
import dev.warren.packet.owner.Shared;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A doorbell that wakes in time for the stack's timers as well, and that costs who rings a system
 * call only while the device's thread sleeps.
 *
 * <p><b>Owner:</b> {@link #await} the device's thread, {@link #ring} any. What was written before a
 * ring is seen after the await: the waiter takes {@link #rung} by an exchange.
 */
@Shared
public final class StackDoorbell implements Doorbell {
  private final Doorbell inner;
  private final MonotonicClock clock;
  private final AtomicBoolean rung = new AtomicBoolean();
  private volatile boolean waiting;
  private @Nullable Stack stack;

  /** Wraps the doorbell that waits for datagrams. */
  public StackDoorbell(Doorbell inner, MonotonicClock clock) {
    this.inner = inner;
    this.clock = clock;
  }

  /** Says whose timers count; before the device's thread starts. */
  public void stack(Stack newStack) {
    stack = newStack;
  }

  @Override
  public void await(long nanos) {
    waiting = true;
    // Who rings after this look sees us waiting, and rings the inner bell.
    long wait = rung.get() ? 0 : shortened(nanos);
    inner.await(wait);
    waiting = false;
    rung.getAndSet(false);
  }

  private long shortened(long nanos) {
    long deadline = stack == null ? Long.MAX_VALUE : stack.nextDeadlineNanos();
    if (deadline == Long.MAX_VALUE) {
      return nanos;
    }
    long wait = Math.max(0, deadline - clock.nanos());
    return nanos < 0 ? wait : Math.min(nanos, wait);
  }

  @Override
  public void ring() {
    if (!rung.get()) {
      rung.set(true);
    }
    if (waiting) {
      inner.ring();
    }
  }

  @Override
  public void close() {
    inner.close();
  }
}
