package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a packet costs in garbage, after warm-up. */
final class AllocationTest {

  private static final int WARM_UP_ROUNDS = 20;
  private static final int PACKETS = 2_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @MethodSource(Engines.NATIVE)
  void nativeEnginesAllocateNothingPerPacket(CryptoEngine engine) {
    assertEquals(0, bytesPerRound(engine));
  }

  /** JCE wants a parameter object per nonce, and copies key and nonce: 152 bytes on JDK 25. */
  @Test
  void jdkAllocatesLittlePerPacket() {
    long perPacket = bytesPerRound(CryptoEngines.jdk()) / (3L * PACKETS);
    assertTrue(perPacket <= 320, perPacket + " bytes a packet");
  }

  @Test
  void blake2sAllocatesNothing() {
    Blake2s blake2s = new Blake2s();
    byte[] key = Bytes.counting(0, 32);
    byte[] message = new byte[148];
    byte[] mac = new byte[16];
    long fewest = Long.MAX_VALUE;
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < PACKETS; i++) {
        blake2s.reset(16, key, 0, 32);
        blake2s.update(message, 0, 116);
        blake2s.finish(mac, 0);
      }
      fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, fewest);
  }

  /** The least of many rounds: the first ones run uncompiled, and a compiler may finish in any. */
  private static long bytesPerRound(CryptoEngine engine) {
    long fewest = Long.MAX_VALUE;
    try (Arena arena = Arena.ofConfined();
        Aead sender = engine.aead().create(Bytes.counting(0, 32), 0);
        Aead receiver = engine.aead().create(Bytes.counting(0, 32), 0)) {
      MemorySegment memory = arena.allocate(2048);
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        int good = 0;
        for (int i = 0; i < PACKETS; i++) {
          good += sender.seal(i, memory, 16, 1420) ? 1 : 0;
          good += receiver.open(i, memory, 16, 1436) ? 1 : 0;
          good += receiver.open(i, memory, 16, 1436) ? 1 : 0; // by now it is plaintext: refused
        }
        fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
        assertEquals(2 * PACKETS, good);
      }
    }
    return fewest;
  }
}
