package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VnetHeaderTest {
  private static final int IP_BYTES = 20;
  private static final int UDP_CHECKSUM = 6;
  private static final int UDP_BYTES = 8;

  @Test
  void finishesWhatTheKernelLeft() {
    Random random = new Random(3);
    for (int payload = 0; payload < 200; payload++) {
      byte[] bytes = new byte[VnetHeader.SIZE + IP_BYTES + UDP_BYTES + payload];
      random.nextBytes(bytes);
      MemorySegment memory = MemorySegment.ofArray(bytes);
      int length = bytes.length - VnetHeader.SIZE;
      int pseudo = random.nextInt(0x10000);
      header(memory, IP_BYTES, UDP_CHECKSUM);
      memory.set(Inet.SHORT_BE, VnetHeader.SIZE + IP_BYTES + UDP_CHECKSUM, (short) pseudo);
      assertTrue(VnetHeader.finishChecksum(memory, 0, length));
      // With the pseudo-header's sum, the whole now sums up to all ones.
      int checksum = memory.get(Inet.SHORT_BE, VnetHeader.SIZE + IP_BYTES + UDP_CHECKSUM) & 0xffff;
      assertEquals(0xffff, sum(bytes, VnetHeader.SIZE + IP_BYTES, pseudo), "payload " + payload);
      assertTrue(checksum != 0);
    }
  }

  @Test
  void zeroIsWrittenAsAllOnes() {
    byte[] bytes = new byte[VnetHeader.SIZE + IP_BYTES + UDP_BYTES];
    MemorySegment memory = MemorySegment.ofArray(bytes);
    header(memory, IP_BYTES, UDP_CHECKSUM);
    memory.set(Inet.SHORT_BE, VnetHeader.SIZE + IP_BYTES + UDP_CHECKSUM, (short) 0xffff);
    assertTrue(VnetHeader.finishChecksum(memory, 0, IP_BYTES + UDP_BYTES));
    int checksum = memory.get(Inet.SHORT_BE, VnetHeader.SIZE + IP_BYTES + UDP_CHECKSUM) & 0xffff;
    assertEquals(0xffff, checksum);
  }

  @Test
  void refusesAFieldOutsideThePacket() {
    MemorySegment memory = MemorySegment.ofArray(new byte[VnetHeader.SIZE + 40]);
    for (int[] bad : new int[][] {{40, 0}, {0, 39}, {20, 19}, {0xffff, 0xffff}, {0, 0xffff}}) {
      header(memory, bad[0], bad[1]);
      assertFalse(VnetHeader.finishChecksum(memory, 0, 40), bad[0] + "+" + bad[1]);
    }
    header(memory, 20, 18);
    assertTrue(VnetHeader.finishChecksum(memory, 0, 40));
  }

  @Test
  void plainHeaderIsAllZero() {
    byte[] bytes = new byte[VnetHeader.SIZE + 1];
    java.util.Arrays.fill(bytes, (byte) 0x55);
    VnetHeader.clear(MemorySegment.ofArray(bytes), 0);
    for (int i = 0; i < VnetHeader.SIZE; i++) {
      assertEquals(0, bytes[i]);
    }
    assertEquals(0x55, bytes[VnetHeader.SIZE]);
  }

  private static void header(MemorySegment memory, int start, int offset) {
    VnetHeader.clear(memory, 0);
    memory.set(JAVA_BYTE, 0, (byte) VnetHeader.FLAG_NEEDS_CSUM);
    memory.set(JAVA_SHORT_UNALIGNED, 6, (short) start);
    memory.set(JAVA_SHORT_UNALIGNED, 8, (short) offset);
  }

  /** The ones' complement sum by the book, RFC 1071. */
  private static int sum(byte[] bytes, int from, int initial) {
    int sum = initial;
    for (int i = from; i < bytes.length; i += 2) {
      int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
      sum += (bytes[i] & 0xff) << 8 | low;
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
