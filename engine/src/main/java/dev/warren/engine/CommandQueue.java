package dev.warren.engine;

import dev.warren.packet.Doorbell;
import dev.warren.packet.owner.Shared;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * How other threads get something done on the device's thread.
 *
 * <p>Bounded: a caller waits while {@link #CAPACITY} commands are before it. Once the device has
 * stopped, commands fail at once.
 *
 * <p><b>Owner:</b> many producers, one consumer; {@link FutureTask} orders the memory of both.
 */
@Shared
final class CommandQueue {
  static final int CAPACITY = 64;

  private final ArrayBlockingQueue<FutureTask<?>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Doorbell doorbell;
  private volatile boolean closed;

  CommandQueue(Doorbell doorbell) {
    this.doorbell = doorbell;
  }

  /** Runs a command on the device's thread and waits for its result. */
  <T> T call(Supplier<T> command) throws InterruptedException {
    Future<T> result = submit(command);
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  /** Has a command run on the device's thread; the future tells its result. */
  <T> Future<T> submit(Supplier<T> command) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(command::get);
    put(task);
    return task;
  }

  /** Has a command run on the device's thread, some time. */
  void post(Runnable command) throws InterruptedException {
    put(new FutureTask<>(command, null));
  }

  private void put(FutureTask<?> task) throws InterruptedException {
    queue.put(task);
    doorbell.ring();
    if (closed) {
      // Whoever drains last cancels: the device, or we, who came after it.
      cancelAll();
    }
  }

  /** On the device's thread: runs what waits. */
  boolean runAll() {
    FutureTask<?> task = queue.poll();
    if (task == null) {
      return false;
    }
    do {
      task.run();
    } while ((task = queue.poll()) != null);
    return true;
  }

  /** No more commands are taken; those that wait are cancelled. */
  void close() {
    closed = true;
    cancelAll();
  }

  private void cancelAll() {
    FutureTask<?> task;
    while ((task = queue.poll()) != null) {
      task.cancel(false);
    }
  }
}
