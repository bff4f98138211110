package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.memory.MemoryDoorbell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandQueueTest {
  private final MemoryDoorbell doorbell = new MemoryDoorbell();
  private final CommandQueue queue = new CommandQueue(doorbell);

  @Test
  void runsInOrderOneAtATime() throws InterruptedException {
    List<Integer> ran = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      queue.post(() -> ran.add(number));
    }
    assertTrue(queue.runNext());
    assertEquals(List.of(0), ran);
    assertTrue(queue.runNext());
    assertTrue(queue.runNext());
    assertFalse(queue.runNext());
    assertEquals(List.of(0, 1, 2), ran);
  }

  @Test
  void ringsForEachCommand() throws InterruptedException {
    queue.post(() -> {});
    doorbell.await(-1); // Returns, or the time of the test is over.
  }

  @Test
  void callersWaitForRoom() throws InterruptedException {
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < CommandQueue.CAPACITY; i++) {
      queue.post(ran::incrementAndGet);
    }
    Thread late = Thread.ofPlatform().start(() -> call(ran::incrementAndGet));
    Await.untilBlocked(late);
    while (ran.get() <= CommandQueue.CAPACITY) {
      queue.runNext();
    }
    assertTrue(late.join(Duration.ofSeconds(20)));
  }

  @Test
  void closingCancelsWhatWaitsAndWhoWaitsForRoom() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    AtomicInteger cancelled = new AtomicInteger();
    for (int i = 0; i < 3 * CommandQueue.CAPACITY; i++) {
      threads.add(Thread.ofVirtual().start(() -> countCancelled(cancelled)));
    }
    threads.forEach(Await::untilBlocked);
    queue.close();
    joinAll(threads);
    assertEquals(threads.size(), cancelled.get());
    assertThrows(CancellationException.class, () -> queue.call(() -> 1));
    queue.post(() -> cancelled.set(0));
    assertFalse(queue.runNext());
    assertEquals(threads.size(), cancelled.get());
  }

  /**
   * Many callers, and a close at some moment between their steps: nobody hangs, everybody is told.
   */
  @Test
  void nobodyHangsWhenItClosesAtAnyMoment() throws InterruptedException {
    for (int seed = 0; seed < 300; seed++) {
      closeAmong(4 * CommandQueue.CAPACITY, new Random(seed));
    }
  }

  private static void closeAmong(int callers, Random random) throws InterruptedException {
    CommandQueue queue = new CommandQueue(new MemoryDoorbell());
    CountDownLatch begin = new CountDownLatch(1);
    AtomicInteger told = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      begin.await();
                      while (true) {
                        queue.call(ran::incrementAndGet);
                        answered.incrementAndGet();
                      }
                    } catch (CancellationException e) {
                      told.incrementAndGet();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  }));
    }
    begin.countDown();
    int turns = random.nextInt(2 * callers);
    for (int i = 0; i < turns; i++) {
      queue.runNext();
    }
    queue.close();
    joinAll(threads);
    assertEquals(callers, told.get());
    assertEquals(ran.get(), answered.get(), "what ran was answered");
  }

  @Test
  void bugIsTheCallersAndTheDevices() throws InterruptedException {
    AssertionError bug = new AssertionError("a bug of the test's making");
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread caller = Thread.ofVirtual().start(() -> seen.set(failure(() -> failingCall(bug))));
    assertSame(bug, failure(this::runUntilOneRan));
    caller.join();
    assertInstanceOf(CompletionException.class, seen.get());
    assertSame(bug, seen.get().getCause());
  }

  @Test
  void failureOfWhatOnlyAsksIsTheCallersAlone() throws InterruptedException {
    OutOfMemoryError want = new OutOfMemoryError("of the test's making");
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () ->
                    seen.set(
                        failure(
                            () ->
                                queue.ask(
                                    () -> {
                                      throw want;
                                    }))));
    runUntilOneRan();
    caller.join();
    assertSame(want, seen.get().getCause());
  }

  @Test
  void interruptedCallerWaitsNoMore() throws InterruptedException {
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread caller = Thread.ofVirtual().start(() -> seen.set(failure(() -> queue.call(() -> 1))));
    Await.untilBlocked(caller);
    caller.interrupt();
    caller.join();
    assertInstanceOf(InterruptedException.class, seen.get());
    assertTrue(queue.runNext());
  }

  private int failingCall(Error bug) throws InterruptedException {
    return queue.call(
        () -> {
          throw bug;
        });
  }

  private void runUntilOneRan() {
    Await.until("a command", queue::runNext);
  }

  private void call(Runnable command) {
    try {
      queue.call(
          () -> {
            command.run();
            return true;
          });
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void countCancelled(AtomicInteger cancelled) {
    try {
      queue.call(() -> 1);
    } catch (CancellationException e) {
      cancelled.incrementAndGet();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void joinAll(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      assertTrue(thread.join(Duration.ofSeconds(20)), "hangs");
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, the test looks at it
  private static Throwable failure(Step step) {
    try {
      step.run();
    } catch (Exception | Error e) {
      return e;
    }
    throw new AssertionError("did not fail");
  }
}
