package dev.warren.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PollDoorbellTest {
  private final UdpSockets udp = new UdpSockets();
  private final PollDoorbell doorbell;

  PollDoorbellTest() throws LinuxException {
    doorbell = PollDoorbell.open(udp);
  }

  @AfterEach
  void close() {
    udp.close();
    doorbell.close();
  }

  @Test
  void timeRunsOut() {
    for (long nanos : new long[] {1, 50_000, 2_000_000, 1_100_000_000}) {
      long start = System.nanoTime();
      doorbell.await(nanos);
      assertTrue(System.nanoTime() - start >= nanos);
    }
  }

  @Test
  void ringBeforeEndsTheNextWaitAndNoFurther() {
    doorbell.ring();
    doorbell.ring();
    doorbell.await(-1);
    long start = System.nanoTime();
    doorbell.await(1_000_000);
    assertTrue(System.nanoTime() - start >= 1_000_000);
  }

  @Test
  void zeroTakesNote() {
    doorbell.ring();
    doorbell.await(0);
    long start = System.nanoTime();
    doorbell.await(1_000_000);
    assertTrue(System.nanoTime() - start >= 1_000_000);
  }

  @Test
  void everyRingOfAnotherThreadIsHeard() throws InterruptedException {
    int rounds = 20_000;
    int[] seen = new int[1];
    var posted = new java.util.concurrent.atomic.AtomicInteger();
    var heard = new java.util.concurrent.Semaphore(0);
    Thread ringer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    posted.incrementAndGet();
                    doorbell.ring();
                    // Every other time wait until it was heard: then the wait is really entered.
                    if (i % 2 == 0) {
                      heard.acquireUninterruptibly();
                    }
                  }
                });
    while (seen[0] < rounds) {
      doorbell.await(-1);
      int now = posted.get();
      for (; seen[0] < now; seen[0]++) {
        if (seen[0] % 2 == 0) {
          heard.release();
        }
      }
    }
    ringer.join();
    assertEquals(rounds, seen[0]);
  }

  @Test
  void inputOfThePresentSocketsEndsTheWait() {
    Batch batch = new Batch(1, UdpSockets.receiveBytes(1));
    Harness.Report report = new Harness.Report();
    for (String address : new String[] {"127.0.0.1", "::1"}) {
      int port = udp.bind(0);
      batch.clear();
      Harness.add(batch, "x", Harness.to(address, port));
      udp.send(batch, report);
      doorbell.await(-1);
      assertEquals("x", Harness.receive(udp, batch).text());
    }
  }

  @Test
  void unboundSocketsAreNoReasonToWake() {
    udp.bind(0);
    udp.unbind();
    long start = System.nanoTime();
    doorbell.await(TimeUnit.MILLISECONDS.toNanos(2));
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(2));
  }

  @Test
  void ringAfterCloseIsNothing() throws LinuxException, IOException {
    long before = Harness.openDescriptors();
    PollDoorbell other = PollDoorbell.open();
    other.close();
    other.ring();
    other.close();
    assertEquals(before, Harness.openDescriptors());
  }
}
