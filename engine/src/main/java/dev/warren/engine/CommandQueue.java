package dev.warren.engine;

import dev.warren.packet.Doorbell;
import dev.warren.packet.owner.Shared;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How other threads get something done on the device's thread.
 *
 * <p>Bounded: a caller waits while {@link #CAPACITY} commands are before it. Once the device has
 * stopped, commands are cancelled at once, also those of callers that wait for room.
 *
 * <p><b>Owner:</b> many producers, one consumer; {@link FutureTask} orders the memory of both.
 *
 * <p><b>Errors:</b> what a command throws is our bug, or a want of memory. Its caller gets it as
 * the cause of a {@link CompletionException}; and the device gets it too, unless the command only
 * asks: who knows how much of a change was made.
 */
@Shared
final class CommandQueue {
  static final int CAPACITY = 64;

  private final ArrayBlockingQueue<Command<?>> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Doorbell doorbell;
  private volatile boolean closed;

  /** A command and, should it have failed half-way, of what. */
  private static final class Command<T> extends FutureTask<T> {
    private final boolean changes;

    /** Written and read by the device's thread. */
    private @Nullable Throwable bug;

    Command(Supplier<T> command, boolean changes) {
      super(command::get);
      this.changes = changes;
    }

    @Override
    protected void setException(Throwable t) {
      bug = changes ? t : null;
      super.setException(t);
    }
  }

  CommandQueue(Doorbell doorbell) {
    this.doorbell = doorbell;
  }

  /**
   * Runs a command on the device's thread and waits for its result. A caller that is interrupted
   * waits no more; the command may run all the same.
   *
   * @throws CancellationException when the device has stopped
   */
  <T> T call(Supplier<T> command) throws InterruptedException {
    return await(submit(command));
  }

  /** As {@link #call}, for a command that changes nothing: it may fail without harm. */
  <T> T ask(Supplier<T> command) throws InterruptedException {
    Command<T> task = new Command<>(command, false);
    put(task);
    return await(task);
  }

  private static <T> T await(Future<T> result) throws InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  /** Has a command run on the device's thread; the future tells its result. */
  <T> Future<T> submit(Supplier<T> command) throws InterruptedException {
    Command<T> task = new Command<>(command, true);
    put(task);
    return task;
  }

  /** Has a command run on the device's thread, some time; never, when the device has stopped. */
  void post(Runnable command) throws InterruptedException {
    Supplier<Boolean> done =
        () -> {
          command.run();
          return true;
        };
    put(new Command<>(done, true));
  }

  private void put(Command<?> task) throws InterruptedException {
    queue.put(task);
    doorbell.ring();
    // Either we see the mark, or its setter, who drains after setting it, sees our command. And who
    // still waits for room gets in by that drain or by ours, and then sees the mark itself.
    if (closed) {
      cancelAll();
    }
  }

  /**
   * On the device's thread: runs the command that has waited longest. One, and not all: clients
   * that ask without pause must not keep packets waiting.
   *
   * @return whether there was one
   */
  boolean runNext() {
    Command<?> command = queue.poll();
    if (command == null) {
      return false;
    }
    command.run();
    switch (command.bug) {
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case null, default -> {}
    }
    return true;
  }

  /** No more commands are taken; those that wait are cancelled. */
  void close() {
    closed = true;
    cancelAll();
  }

  private void cancelAll() {
    Command<?> task;
    while ((task = queue.poll()) != null) {
      task.cancel(false);
    }
  }
}
