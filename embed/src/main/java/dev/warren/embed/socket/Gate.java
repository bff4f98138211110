package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where one thread waits for what the device's thread does.
 *
 * <p>The waiter enters, looks at what it waits for, and only then waits; who changes that opens the
 * gate afterwards. The fences see to it that one of the two notices the other.
 *
 * <p>Interrupts are as with the JDK's sockets: a virtual thread's wait ends by {@link
 * InterruptedIOException}, upon which {@code java.net} closes the socket; a platform thread waits
 * on, and finds itself interrupted afterwards.
 *
 * <p><b>Owner:</b> {@link #open} any thread; the rest one waiter at a time.
 */
@Shared
final class Gate {
  /** No deadline. */
  static final long NEVER = Long.MAX_VALUE;

  private volatile @Nullable Thread waiting;
  private boolean interrupted;

  /** When a wait of so many milliseconds ends; 0 is for ever. */
  static long deadline(long millis) {
    return millis <= 0 ? NEVER : System.nanoTime() + millis * 1_000_000;
  }

  void enter() {
    waiting = Thread.currentThread();
    VarHandle.fullFence();
  }

  /** Waits for an opening, or for nothing; false when the time is over. */
  boolean await(long deadlineNanos) throws InterruptedIOException {
    if (deadlineNanos == NEVER) {
      LockSupport.park(this);
    } else {
      long left = deadlineNanos - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      LockSupport.parkNanos(this, left);
    }
    if (Thread.currentThread().isVirtual()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException();
      }
    } else if (Thread.interrupted()) {
      interrupted = true;
    }
    return true;
  }

  void leave() {
    waiting = null;
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  void open() {
    VarHandle.fullFence();
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }
}
