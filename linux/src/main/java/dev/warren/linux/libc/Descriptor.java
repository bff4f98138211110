package dev.warren.linux.libc;

import dev.warren.packet.owner.Shared;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A file descriptor that one thread may close while others use it.
 *
 * <p>The kernel gives the number of a closed descriptor to whoever opens next. A thread that still
 * held the number would read or write a stranger's file; so users come and go by {@link #enter} and
 * {@link #leave}, and {@link #close} closes once the last has left. Calls in between must not
 * block.
 *
 * <p><b>Owner:</b> any thread. {@code users} is the number of threads inside, plus {@code CLOSED}
 * once {@link #close} was called; all changes are atomic read-modify-writes (volatile ordering).
 */
@Shared
public final class Descriptor implements AutoCloseable {
  private static final int CLOSED = 1 << 30;
  private static final long CLOSE_POLL_NANOS = 20_000;

  private final int fd;
  private final AtomicInteger users = new AtomicInteger();

  /** Takes over an open descriptor. */
  public Descriptor(int fd) {
    this.fd = fd;
  }

  /**
   * Answers the number, to be given back by {@link #leave}; or -1 when closed: do not leave then.
   */
  public int enter() {
    if (users.getAndIncrement() >= CLOSED) {
      users.getAndDecrement();
      return -1;
    }
    return fd;
  }

  /** Ends what {@link #enter} began. */
  public void leave() {
    users.getAndDecrement();
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return users.get() >= CLOSED;
  }

  /**
   * The number, for a wait that ends before the descriptor is closed (by the order of closing), or
   * -1 when closed.
   */
  public int number() {
    return isClosed() ? -1 : fd;
  }

  @Override
  public void close() {
    int before;
    do {
      before = users.get();
      if (before >= CLOSED) {
        return;
      }
    } while (!users.compareAndSet(before, before + CLOSED));
    while (users.get() != CLOSED) {
      // Rare and short: someone is between two system calls, or was preempted there.
      LockSupport.parkNanos(CLOSE_POLL_NANOS);
    }
    Libc.close(fd);
  }
}
