package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.START;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.warren.crypto.CryptoEngines;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The data path allocates nothing once it is warm: full batches out of one device and into another,
 * with a native engine. The JDK's allocates by itself.
 */
@TestInstance(Lifecycle.PER_CLASS)
class AllocationTest {
  private static final int PACKETS = 128;
  private static final int LENGTH = 1420;
  private static final int MEMORY_BYTES = PACKETS * 2048;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final TestDevice[] pair = TestDevice.connectedPair(22, START);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];
  private final Batch out = new Batch(PACKETS, Arena.ofAuto().allocate(MEMORY_BYTES, 64));
  private final Batch in = new Batch(PACKETS, Arena.ofAuto().allocate(MEMORY_BYTES, 64));
  private final MemorySegment packet =
      MemorySegment.ofArray(Packets.packet("10.0.0.1", "10.0.0.2", LENGTH));
  private final MemorySegment packet6 =
      MemorySegment.ofArray(Packets.packet("fd00::1", "fd00::2", LENGTH));
  private final MemorySegment unroutable =
      MemorySegment.ofArray(Packets.packet("10.0.0.1", "10.77.0.2", LENGTH));
  private long now = START;
  private long allocatedBytes;

  @ParameterizedTest
  @ValueSource(strings = {"ipv4", "ipv6"})
  void fullBatches(String family) {
    MemorySegment inner = "ipv4".equals(family) ? packet : packet6;
    assertAllocatesNothing(
        () -> {
          send(inner);
          carry();
          receive(PACKETS);
        });
  }

  /** Dropping must cost no more than passing. */
  @Test
  void forgedAndReplayedData() {
    assertAllocatesNothing(
        () -> {
          send(packet);
          carry();
          receive(PACKETS);
          carry();
          receive(0); // Replayed.
          out.memory().fill((byte) 4);
          carry();
          receive(0); // Malformed.
          send(packet);
          flipLastBytes();
          carry();
          receive(0); // Forged.
        });
  }

  @Test
  void packetsWithoutARoute() {
    assertAllocatesNothing(
        () -> {
          send(unroutable);
          assertEquals(0, out.count());
          alice.device.outbox().flush();
          assertEquals(PACKETS, alice.written.size());
          alice.written.clear();
        });
  }

  private void send(MemorySegment inner) {
    now += 1_000_000;
    fill(out, inner);
    long before = threads.getCurrentThreadAllocatedBytes();
    alice.device.onTunPackets(out, now);
    allocatedBytes += threads.getCurrentThreadAllocatedBytes() - before;
  }

  private void carry() {
    Endpoint from = alice.endpoint;
    in.clear();
    for (int slot = 0; slot < out.count(); slot++) {
      int offset = out.offset(slot);
      MemorySegment.copy(out.memory(), offset, in.memory(), offset, out.length(slot));
      in.endpoint(in.append(offset, out.length(slot)), from);
    }
  }

  private void receive(int expected) {
    long before = threads.getCurrentThreadAllocatedBytes();
    bob.device.onDatagrams(in, now);
    allocatedBytes += threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(expected, in.count());
  }

  private void flipLastBytes() {
    for (int slot = 0; slot < out.count(); slot++) {
      int last = out.offset(slot) + out.length(slot) - 1;
      out.memory().set(JAVA_BYTE, last, (byte) ~out.memory().get(JAVA_BYTE, last));
    }
  }

  private static void fill(Batch batch, MemorySegment inner) {
    batch.clear();
    for (int i = 0; i < PACKETS; i++) {
      int slot = batch.reserve(LENGTH);
      MemorySegment.copy(inner, 0, batch.memory(), batch.offset(slot), LENGTH);
    }
  }

  private void assertAllocatesNothing(Runnable round) {
    assumeTrue(!CryptoEngines.aead().name().equals("jdk"), CryptoEngines.whyNoOpenssl());
    for (int i = 0; i < 300; i++) {
      round.run();
    }
    // A compilation that comes late may still allocate: some round of several must be clean.
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 10 && least > 0; attempt++) {
      allocatedBytes = 0;
      for (int i = 0; i < 20; i++) {
        round.run();
      }
      least = Math.min(least, allocatedBytes);
    }
    assertEquals(0, least, "bytes for 20 batches of " + PACKETS);
  }
}
