package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ByteStreamTest {
  private static final int CAPACITY = 100_000;
  private final Spares spares = new Spares();
  private final ByteStream stream = new ByteStream(CAPACITY, spares);

  /** What stands at a position: any that comes twice or from elsewhere differs. */
  private static byte at(long position) {
    return (byte) ((position * 0x9e3779b97f4a7c15L) >>> 56);
  }

  private static void fill(byte[] bytes, int count, long position) {
    for (int i = 0; i < count; i++) {
      bytes[i] = at(position + i);
    }
  }

  private static void check(byte[] bytes, int count, long position) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] != at(position + i)) {
        throw new AssertionError("at " + (position + i));
      }
    }
  }

  private int put(SplittableRandom random, byte[] buffer, int most) {
    int length = Math.min(random.nextInt(1 << random.nextInt(1, 17)), most);
    fill(buffer, length, stream.written());
    return switch (random.nextInt(3)) {
      case 0 -> stream.put(buffer, 0, length);
      case 1 -> stream.put(ByteBuffer.wrap(buffer, 0, length));
      default -> {
        int count = Math.min(length, stream.space());
        stream.put(MemorySegment.ofArray(buffer), 0, count);
        yield count;
      }
    };
  }

  private int take(SplittableRandom random, byte[] buffer) {
    long position = stream.released();
    int length = random.nextInt(1 << random.nextInt(1, 17));
    if (random.nextBoolean()) {
      int count = stream.take(buffer, 0, length);
      check(buffer, count, position);
      return count;
    }
    // As a sender: looks at some of it, then lets go.
    int available = Math.min(stream.available(), length);
    if (available > 0) {
      int skipped = random.nextInt(available);
      stream.look(position + skipped, available - skipped, MemorySegment.ofArray(buffer), 0);
      check(buffer, available - skipped, position + skipped);
      stream.release(position + available);
    }
    return available;
  }

  @Test
  void byOneThread() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] buffer = new byte[1 << 17];
    for (int i = 0; i < 200_000; i++) {
      if (random.nextBoolean()) {
        put(random, buffer, Integer.MAX_VALUE);
      } else {
        take(random, buffer);
      }
      assertTrue(stream.available() >= 0 && stream.available() <= CAPACITY);
      assertEquals(CAPACITY - stream.available(), stream.space());
    }
  }

  @Test
  void byTwoThreads() throws InterruptedException, ExecutionException {
    long total = 300_000_000;
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> putter =
          other.submit(
              () -> {
                SplittableRandom random = new SplittableRandom(2);
                byte[] buffer = new byte[1 << 17];
                for (long put = 0; put < total; ) {
                  int count = put(random, buffer, (int) Math.min(total - put, 1 << 17));
                  put += count;
                  if (count == 0) {
                    Thread.onSpinWait();
                  }
                }
              });
      SplittableRandom random = new SplittableRandom(3);
      byte[] buffer = new byte[1 << 17];
      for (long taken = 0; taken < total; ) {
        int count = take(random, buffer);
        taken += count;
        if (count == 0) {
          assertTrue(!putter.isDone() || stream.written() == total, "the putter failed");
          Thread.onSpinWait();
        }
      }
      putter.get();
    }
    assertEquals(total, stream.released());
  }

  @Test
  void anEmptyStreamGivesItsChunksBack() {
    byte[] bytes = new byte[CAPACITY];
    for (int size : new int[] {1, 100, 2048, 2049, CAPACITY}) {
      stream.put(bytes, 0, size);
      stream.take(bytes, 0, size);
    }
    byte[] small = spares.take(Spares.SMALL_BYTES);
    byte[] large = spares.take(Spares.LARGE_BYTES);
    fill(small, small.length, 0);
    fill(large, large.length, 0);
    spares.give(small);
    spares.give(large);
    stream.put(bytes, 0, CAPACITY);
    assertNotSame(small, spares.take(Spares.SMALL_BYTES), "it is in use");
    assertEquals(CAPACITY, stream.take(bytes, 0, CAPACITY));
    assertSame(small, spares.take(Spares.SMALL_BYTES), "it came back");
  }

  @Test
  void sparesAreNeverGivenTwice() {
    byte[] one = spares.take(Spares.LARGE_BYTES);
    byte[] two = spares.take(Spares.LARGE_BYTES);
    spares.give(one);
    spares.give(two);
    byte[] three = spares.take(Spares.LARGE_BYTES);
    byte[] four = spares.take(Spares.LARGE_BYTES);
    assertNotSame(three, four);
    assertNotSame(three, spares.take(Spares.LARGE_BYTES));
    for (int i = 0; i < 1_000; i++) {
      spares.give(new byte[Spares.LARGE_BYTES]); // More than fit.
    }
  }
}
