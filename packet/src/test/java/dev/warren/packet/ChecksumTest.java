package dev.warren.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  private static final int BYTES = 4096;

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 64);

  @Test
  void theExampleOfRfc1071() {
    put("0001f203f4f5f6f7");
    assertEquals(0xddf2, Checksum.fold(Checksum.partial(memory, 0, 8)));
    assertEquals(~0xddf2 & 0xffff, Checksum.of(memory, 0, 8));
  }

  @Test
  void aRealHeader() {
    put("4500003044224000800600008c7c19acae241e2b");
    assertEquals(0x442e, Checksum.of(memory, 0, 20));
    put("450000304422400080 06442e8c7c19acae241e2b".replace(" ", ""));
    assertEquals(0, Checksum.of(memory, 0, 20));
  }

  @Test
  void everyShortLengthAtEveryAlignmentAgreesWithTheNaiveSum() {
    Random random = new Random(3);
    fill(random, 64 + 80);
    for (int offset = 0; offset < 64; offset++) {
      for (int length = 0; length <= 80; length++) {
        assertEquals(naive(offset, length), Checksum.of(memory, offset, length));
      }
    }
  }

  @Test
  void allOnesCarryEverywhere() {
    memory.fill((byte) 0xff);
    for (int length = 0; length < BYTES; length++) {
      assertEquals(naive(0, length), Checksum.of(memory, 0, length));
    }
  }

  @Test
  void partialSumsAddUp() {
    Random random = new Random(4);
    for (int i = 0; i < 2_000; i++) {
      fill(random, 1600);
      int length = random.nextInt(1600);
      int cut = random.nextInt(length / 2 + 1) * 2;
      long sum = Checksum.partial(memory, 0, cut) + Checksum.partial(memory, cut, length - cut);
      assertEquals(naive(0, length), Checksum.finish(sum));
    }
  }

  @Test
  void pseudoHeadersAreAsIfWrittenOut() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      fill(random, 40);
      memory.set(ValueLayout.JAVA_BYTE, 8, (byte) 0);
      int source = bigEndianInt(0);
      int destination = bigEndianInt(4);
      int protocol = memory.get(ValueLayout.JAVA_BYTE, 9) & 0xff;
      int length = bigEndianInt(8) & 0xffff;
      // The layout of RFC 9293: addresses, zero, protocol, length.
      memory.set(ValueLayout.JAVA_BYTE, 10, (byte) (length >>> 8));
      memory.set(ValueLayout.JAVA_BYTE, 11, (byte) length);
      assertEquals(
          naive(0, 12), Checksum.finish(Checksum.pseudoV4(source, destination, protocol, length)));

      int v6Length = bigEndianInt(32) & 0xffff_ff; // upper layer length, 32 bits
      memory.set(ValueLayout.JAVA_BYTE, 32, (byte) 0);
      memory.asSlice(36, 3).fill((byte) 0);
      int next = memory.get(ValueLayout.JAVA_BYTE, 39) & 0xff;
      assertEquals(
          naive(0, 40),
          Checksum.finish(
              Checksum.pseudoV6(
                  bigEndianLong(0),
                  bigEndianLong(8),
                  bigEndianLong(16),
                  bigEndianLong(24),
                  next,
                  v6Length)));
    }
  }

  @Test
  void updatesAgreeWithSummingAgain() {
    Random random = new Random(6);
    for (int i = 0; i < 100_000; i++) {
      fill(random, 20);
      int before = Checksum.of(memory, 0, 20);
      int old = bigEndianInt(4) >>> 16;
      int changed = random.nextInt(8) == 0 ? 0xffff * random.nextInt(2) : random.nextInt(1 << 16);
      memory.set(ValueLayout.JAVA_BYTE, 4, (byte) (changed >>> 8));
      memory.set(ValueLayout.JAVA_BYTE, 5, (byte) changed);
      assertEquals(Checksum.of(memory, 0, 20), Checksum.update(before, old, changed));
    }
  }

  @Test
  void updateKnowsTheExampleOfRfc1624() {
    assertEquals(0x0000, Checksum.update(0xdd2f, 0x5555, 0x3285));
  }

  private int naive(int offset, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      int value = memory.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff;
      sum += i % 2 == 0 ? value << 8 : value;
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return ~sum & 0xffff;
  }

  private int bigEndianInt(int offset) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value = value << 8 | (memory.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff);
    }
    return value;
  }

  private long bigEndianLong(int offset) {
    return (long) bigEndianInt(offset) << 32 | (bigEndianInt(offset + 4) & 0xffffffffL);
  }

  private void fill(Random random, int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes);
  }

  private void put(String hex) {
    byte[] content = HexFormat.of().parseHex(hex);
    MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, content.length);
  }
}
