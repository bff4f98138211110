package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.packet.memory.MemoryTun;
import dev.warren.protocol.config.DeviceChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a device's thread begins and ends. */
@Timeout(60)
class EngineLifeTest {
  private static final int EBADFD = 77;
  private static final int EIO = 5;

  private final MemoryNetwork network = new MemoryNetwork();
  private final TestHost host = new TestHost(network, "192.0.2.1");

  @AfterEach
  void close() {
    host.close();
  }

  private static void assertEnded(TestHost host) {
    assertFalse(host.udp.isBound(), "the socket is open");
    assertFalse(host.tun.push(TestHost.packet(1, 2, 60)), "the interface is open");
    assertThrows(CancellationException.class, host::get);
    assertEquals(
        0,
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("warren-" + TestHost.NAME))
            .count(),
        "a thread is left");
  }

  @Test
  void stops() throws InterruptedException {
    host.start();
    assertEquals(0, host.set("listen_port=7"));
    host.engine.stop();
    assertNull(host.engine.awaitStopped());
    host.engine.close();
    assertEnded(host);
  }

  @Test
  void closesFromAnyThreadAndTwice() throws InterruptedException {
    host.start();
    host.engine.close();
    host.engine.close();
    assertNull(host.engine.awaitStopped());
    assertEnded(host);
  }

  @Test
  void closesWithoutHavingStarted() throws InterruptedException {
    host.engine.close();
    assertNull(host.engine.awaitStopped());
    assertEnded(host);
  }

  @Test
  void stoppedBeforeItStarts() throws InterruptedException {
    host.engine.stop();
    host.engine.start();
    assertNull(host.engine.awaitStopped());
  }

  /** Three threads keep both sides busy; none of them may hold up the end, nor be held up. */
  @Test
  void stopsDuringTraffic() throws Exception {
    TestHost[] pair = TestHost.pair(host, new TestHost(network, "192.0.2.2"));
    try (TestHost other = pair[1]) {
      TestHost.exchange(host, 1, other, 2);
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger asked = new AtomicInteger();
      List<Thread> load = new ArrayList<>();
      load.add(Thread.ofPlatform().start(() -> flood(host, 1, 2, done)));
      load.add(Thread.ofPlatform().start(() -> flood(other, 2, 1, done)));
      load.add(Thread.ofPlatform().start(() -> askUntilCancelled(asked)));
      Await.until("some load", () -> asked.get() > 10);
      long start = System.nanoTime();
      host.engine.stop();
      assertNull(host.engine.awaitStopped());
      long tookMillis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      done.set(true);
      for (Thread thread : load) {
        assertTrue(thread.join(Duration.ofSeconds(20)));
      }
      // A second is the promise; here two engines and four threads share a busy machine.
      assertTrue(tookMillis < 5_000, tookMillis + " ms");
    }
  }

  private static void flood(TestHost host, int from, int to, AtomicBoolean done) {
    byte[] packet = TestHost.packet(from, to, 1400);
    while (!done.get()) {
      host.tun.push(packet);
      if (host.tun.take() == null) {
        Thread.onSpinWait();
      }
    }
  }

  private void askUntilCancelled(AtomicInteger asked) {
    try {
      while (true) {
        host.get();
        asked.incrementAndGet();
      }
    } catch (CancellationException e) {
      // That is how it ends.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void deletedInterfaceIsNoFailure() throws InterruptedException {
    host.start();
    host.tun.delete();
    assertNull(host.engine.awaitStopped());
    assertTrue(host.logged("interface is gone"));
  }

  /** The read may learn it before the monitor does. */
  @Test
  void deletedInterfaceIsNoFailureWhenReadingTellsFirst() throws InterruptedException {
    host.start();
    host.faultyTun.readError = -EBADFD;
    host.doorbell.ring();
    assertNull(host.engine.awaitStopped());
    assertFalse(host.logged("ERROR"), host.log::toString);
  }

  @Test
  void deletedInterfaceIsNoFailureWhenWritingTellsFirst() throws Exception {
    TestHost[] pair = TestHost.pair(host, new TestHost(network, "192.0.2.2"));
    try (TestHost other = pair[1]) {
      TestHost.exchange(host, 1, other, 2);
      host.faultyTun.writeError = -EBADFD;
      other.tun.push(TestHost.packet(2, 1, 60));
      assertNull(host.engine.awaitStopped());
      assertFalse(host.logged("ERROR"), host.log::toString);
    }
  }

  @Test
  void brokenInterfaceIsFailure() throws InterruptedException {
    host.start();
    host.faultyTun.readError = -EIO;
    host.doorbell.ring();
    assertEquals("wg-test: reading the interface: errno 5", host.engine.awaitStopped());
    assertTrue(host.logged("ERROR: wg-test: reading the interface: errno 5"));
    host.engine.close();
    assertEnded(host);
  }

  @Test
  void brokenSocketIsFailure() throws InterruptedException {
    host.start();
    host.faultyUdp.receiveError = -9;
    host.doorbell.ring();
    assertEquals("wg-test: receiving datagrams: errno 9", host.engine.awaitStopped());
  }

  @Test
  void bugStopsTheDeviceLoudly() throws InterruptedException {
    AtomicReference<Throwable> loud = new AtomicReference<>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> loud.set(e));
    try {
      host.start();
      assertEquals(0, host.set());
      host.faultyTun.throwsOnRead = true;
      host.doorbell.ring();
      String failure = host.engine.awaitStopped();
      assertNotNull(failure);
      assertTrue(failure.contains("bug of the test's making"), failure);
      assertTrue(host.logged(failure));
      host.engine.close();
      assertEnded(host);
      Await.until("a stack trace", () -> loud.get() != null);
      assertInstanceOf(AssertionError.class, loud.get());
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  /** Whatever goes wrong at the end: who waits for it is not kept waiting. */
  @Test
  void bugWhileClosingDoesNotKeepAnybodyWaiting() throws InterruptedException {
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
    try {
      host.faultyUdp.throwsOnClose = true;
      host.start();
      host.engine.stop();
      host.engine.awaitStopped();
      host.engine.close();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void commandsBeforeTheStartWaitForIt() throws InterruptedException {
    AtomicReference<String> mark = new AtomicReference<>();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    host.set("fwmark=5");
                    mark.set(host.get("fwmark"));
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    Await.untilBlocked(caller);
    host.start();
    assertTrue(caller.join(Duration.ofSeconds(20)));
    assertEquals("5", mark.get());
  }

  @Test
  void changeThatComesTooLateIsCancelledAndItsKeysWiped() throws InterruptedException {
    host.start();
    host.engine.close();
    String key = Secret.generate(RandomSource.secure()).revealHex();
    DeviceChange change =
        TestHost.change("private_key=" + key, "public_key=" + key, "preshared_key=" + key);
    assertThrows(CancellationException.class, () -> host.engine.apply(change));
    Secret privateKey = change.privateKey();
    Secret presharedKey = change.peers().getFirst().presharedKey();
    assertTrue(privateKey != null && privateKey.isZero());
    assertTrue(presharedKey != null && presharedKey.isZero());
    host.tun.up();
    host.tun.mtu(1280);
    host.tun.down();
  }

  /** The link's watcher posts news while the queue is full; the end must not leave it there. */
  @Test
  void newsThatWaitForRoomDoNotOutliveTheDevice() throws InterruptedException {
    List<Thread> watchers = new ArrayList<>();
    for (int i = 0; i < 2 * CommandQueue.CAPACITY; i++) {
      watchers.add(Thread.ofVirtual().start(() -> host.tun.mtu(1300)));
    }
    Await.until(
        "watchers that wait",
        () -> watchers.stream().filter(Thread::isAlive).count() == CommandQueue.CAPACITY);
    host.engine.close();
    for (Thread watcher : watchers) {
      assertTrue(watcher.join(Duration.ofSeconds(20)));
    }
  }

  @Test
  void workersEndWithTheDevice() {
    assumeTrue(CryptoEngines.aead().isShareable(), "a cipher that one thread at a time may use");
    Engine engine =
        new Engine(
            new Ports(new MemoryTun("crew", 1420, 1), host.udp, host.doorbell),
            CryptoEngines.x25519(),
            CryptoEngines.aead(),
            RandomSource.secure(),
            () -> 0,
            MonotonicClock.jvm(),
            2,
            new Log(Log.Level.SILENT, line -> {}));
    engine.start();
    Await.until("two workers", () -> crewOf("warren-crew-cipher") == 2);
    engine.close();
    Await.until("the workers' end", () -> crewOf("warren-crew") == 0);
  }

  private static long crewOf(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .count();
  }

  @Test
  void closingWipesEveryKey() throws Exception {
    KeyWatch keys = new KeyWatch();
    TestHost watched = new TestHost(network, keys.x25519(), keys.aead(), "192.0.2.9");
    TestHost[] pair = TestHost.pair(host, watched);
    String psk = Secret.generate(RandomSource.secure()).revealHex();
    DeviceChange change = TestHost.change(TestHost.peer(host, 1, "preshared_key=" + psk));
    Secret presharedKey = change.peers().getFirst().presharedKey();
    assertNotNull(presharedKey);
    assertEquals(0, watched.engine.apply(change));
    assertEquals(0, host.set(TestHost.peer(watched, 2, "preshared_key=" + psk)));
    TestHost.exchange(pair[0], 1, watched, 2);
    assertFalse(presharedKey.isZero());
    assertTrue(keys.openCount() >= 3, "own key, sealing, opening");
    watched.close();
    assertTrue(presharedKey.isZero());
    assertEquals(0, keys.openCount());
  }
}
