package dev.warren.engine;

import dev.warren.packet.owner.Shared;
import dev.warren.protocol.Spread;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the cryptography of each batch with the device's thread, on machines that have
 * cores to spare.
 *
 * <p>The device's thread publishes a batch, takes part itself, and goes on when all slots are done:
 * so the order of packets is as if it had done all alone, no batch is ever handed over, and nothing
 * needs a ring. Slots are claimed {@link #CHUNK} at a time. A small batch is not worth the company.
 * A worker that found nothing for {@link #SPIN_NANOS} sleeps.
 *
 * <p><b>Owner:</b> {@link #run} the device's thread; the workers are the crew's own. Memory: the
 * batch is published by the write of {@link #claim} and the claim's compare-and-set; what workers
 * wrote comes back by {@link #remaining}.
 *
 * <p><b>Errors:</b> what a piece of work throws is a bug, and reaches the device's thread.
 */
@Shared
final class CipherCrew implements Spread, AutoCloseable {
  /** Slots per claim: some ten microseconds of work, for which a claim costs a tenth of one. */
  static final int CHUNK = 8;

  /** Batches with fewer slots are done by the device's thread alone. */
  static final int MIN_SLOTS = 3 * CHUNK;

  private static final long SPIN_NANOS = 50_000;

  // A claim is one number, so that a worker that comes late can never mistake one batch for the
  // next: 24 bits epoch, 20 bits count, 20 bits the next slot.
  private static final int FIELD_BITS = 20;
  private static final int FIELD_MASK = (1 << FIELD_BITS) - 1;

  private final AtomicLong claim = new AtomicLong();
  private final AtomicInteger remaining = new AtomicInteger();
  private final Worker[] workers;
  private long epoch;
  private Piece piece = (from, to) -> {};
  private volatile @Nullable Throwable bug;
  private volatile boolean closed;

  /** Starts the workers. */
  CipherCrew(int workerCount, String deviceName) {
    workers = new Worker[workerCount];
    for (int i = 0; i < workerCount; i++) {
      workers[i] = new Worker(deviceName + "-cipher-" + i);
      workers[i].start();
    }
  }

  /** How many workers suit a machine: half its cores, less the device's own, at most three. */
  static int suitableWorkers(int cores) {
    return Math.clamp(cores / 2 - 1, 0, 3);
  }

  @Override
  public void run(int count, Piece piece) {
    if (count < MIN_SLOTS || workers.length == 0) {
      piece.run(0, count);
      return;
    }
    this.piece = piece;
    remaining.set(count);
    epoch++;
    claim.set(epoch << (2 * FIELD_BITS) | (long) count << FIELD_BITS);
    int wanted = Math.min(workers.length, count / CHUNK - 1);
    for (int i = 0; i < wanted; i++) {
      workers[i].wake();
    }
    work();
    while (remaining.get() > 0) {
      Thread.onSpinWait();
    }
    rethrow();
  }

  private void rethrow() {
    switch (bug) {
      case null -> {}
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable t -> throw new AssertionError(t);
    }
  }

  /** Claims and does slots until none is left; answers whether there were any. */
  private boolean work() {
    boolean worked = false;
    while (true) {
      long seen = claim.get();
      int next = (int) seen & FIELD_MASK;
      int count = (int) (seen >>> FIELD_BITS) & FIELD_MASK;
      if (next >= count) {
        return worked;
      }
      int to = Math.min(next + CHUNK, count);
      if (claim.compareAndSet(seen, seen + (to - next))) {
        worked = true;
        done(next, to);
      }
    }
  }

  private void done(int from, int to) {
    try {
      piece.run(from, to);
    } catch (RuntimeException | Error e) {
      bug = e;
    } finally {
      remaining.addAndGet(from - to);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** One of the crew. */
  private final class Worker extends Thread {
    private volatile boolean sleeps;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    void wake() {
      if (sleeps) {
        sleeps = false;
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      long idleSince = System.nanoTime();
      while (!closed) {
        if (work()) {
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          sleep();
          idleSince = System.nanoTime();
        }
      }
    }

    private void sleep() {
      sleeps = true;
      // A batch published before the mark was seen wakes nobody: look once more after setting it.
      if (!work() && !closed) {
        LockSupport.park(this);
      }
      sleeps = false;
    }
  }
}
