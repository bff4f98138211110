package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One AEAD in the hands of several threads, as its engine allows. */
final class SharedAeadTest {

  private static final int THREADS = 4;
  private static final int PACKETS = 2_000;

  /** From the very first packet on, which all of them race to send. */
  @Test
  void sealsAndOpensOnManyThreads() throws Exception {
    CryptoEngine engine = Engines.boringssl();
    assertTrue(engine.aead().isShareable());
    byte[] key = Bytes.counting(9, 32);
    try (Aead shared = engine.aead().create(key, 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      CyclicBarrier start = new CyclicBarrier(THREADS);
      List<Future<?>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int seed = thread;
        results.add(
            threads.submit(
                () -> {
                  start.await();
                  sealAndOpen(shared, key, new Random(seed));
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    }
  }

  private static void sealAndOpen(Aead shared, byte[] key, Random random) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1024);
      for (int i = 0; i < PACKETS; i++) {
        byte[] message = Bytes.random(random, random.nextInt(200));
        long counter = random.nextLong();
        byte[] sealed = BouncyCastle.seal(key, BouncyCastle.nonce(counter), new byte[0], message);
        MemorySegment.copy(message, 0, memory, ValueLayout.JAVA_BYTE, 64, message.length);
        assertTrue(shared.seal(counter, memory, 64, message.length));
        assertArrayEquals(sealed, memory.asSlice(64, sealed.length).toArray(ValueLayout.JAVA_BYTE));
        assertTrue(shared.open(counter, memory, 64, sealed.length));
        assertArrayEquals(
            message, memory.asSlice(64, message.length).toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }
}
