package dev.warren.packet.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.warren.packet.Batch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OffloadAllocationTest {
  private final Batch batch = new Batch(256, 512 << 10);
  private final Segmentation segmentation = new Segmentation();
  private final Coalescing coalescing = new Coalescing(256);
  private final MemorySegment header = Arena.ofAuto().allocate(Coalescing.HEADER_LIMIT_BYTES, 8);

  @Test
  void splittingAndJoiningAllocateNothing() {
    Wire whole = new Wire();
    whole.payload = new byte[60_000];
    new Random(1).nextBytes(whole.payload);
    byte[] bytes = SuperPackets.withHeader(whole, 1380);
    MemorySegment source = SuperPackets.exactly(bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 3_000; i++) {
      round(source);
    }
    long best = Long.MAX_VALUE;
    // The compiler may still be about to remove some allocation: the best of some tries counts.
    for (int attempt = 0; attempt < 20 && best > 0; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        round(source);
      }
      best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, best / 100, "bytes per 44 packets");
  }

  private void round(MemorySegment source) {
    batch.clear();
    segmentation.begin(source, 0, (int) source.byteSize() - VirtioHeader.SIZE);
    segmentation.into(batch);
    assertEquals(1, coalescing.group(batch));
    coalescing.writeHeader(batch, 0, header, 0);
  }
}
