package dev.warren.packet.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VirtioHeaderTest {
  @Test
  void theFieldsLieWhereTheKernelHasThem() {
    MemorySegment memory = SuperPackets.exactly(new byte[VirtioHeader.SIZE]);
    VirtioHeader.set(memory, 0, VirtioHeader.GSO_UDP_L4, 0x102, 0x304, 0x506, 0x708);
    ByteBuffer expected = ByteBuffer.allocate(10).order(ByteOrder.nativeOrder());
    expected.put((byte) 1).put((byte) 5);
    expected.putShort((short) 0x102).putShort((short) 0x304);
    expected.putShort((short) 0x506).putShort((short) 0x708);
    assertArrayEquals(expected.array(), memory.toArray(ValueLayout.JAVA_BYTE));
    assertTrue(VirtioHeader.needsChecksum(memory, 0));
    assertEquals(VirtioHeader.GSO_UDP_L4, VirtioHeader.gsoType(memory, 0));
    assertEquals(0x102, VirtioHeader.hdrLen(memory, 0));
    assertEquals(0x304, VirtioHeader.gsoSize(memory, 0));
    assertEquals(0x506, VirtioHeader.csumStart(memory, 0));
    assertEquals(0x708, VirtioHeader.csumOffset(memory, 0));
    VirtioHeader.clear(memory, 0);
    assertArrayEquals(new byte[10], memory.toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void theEcnBitIsNoKind() {
    MemorySegment memory = SuperPackets.exactly(new byte[VirtioHeader.SIZE]);
    VirtioHeader.set(memory, 0, VirtioHeader.GSO_TCPV6 | VirtioHeader.GSO_ECN, 0, 0, 0, 0);
    assertEquals(VirtioHeader.GSO_TCPV6, VirtioHeader.gsoType(memory, 0));
  }

  @Test
  void aChecksumLeftToFinishIsFinished() {
    for (long seed = 1; seed <= 2_000; seed++) {
      Wire wire = Traffic.flow(new Random(seed));
      wire.payload = new byte[(int) (seed % 50)];
      byte[] bytes = SuperPackets.withHeader(wire, VirtioHeader.GSO_NONE, 0);
      MemorySegment memory = SuperPackets.exactly(bytes);
      assertTrue(VirtioHeader.finishChecksum(memory, 0, bytes.length - 10));
      byte[] finished = memory.asSlice(10).toArray(ValueLayout.JAVA_BYTE);
      assertArrayEquals(wire.bytes(), finished, "seed " + seed);
    }
  }

  @Test
  void aChecksumOfZeroIsWrittenAsAllOnes() {
    MemorySegment memory = SuperPackets.exactly(new byte[VirtioHeader.SIZE + 28]);
    VirtioHeader.set(memory, 0, 0, 0, 0, 20, 6);
    memory.set(Layout.SHORT_BE, VirtioHeader.SIZE + 26, (short) 0xffff);
    assertTrue(VirtioHeader.finishChecksum(memory, 0, 28));
    assertEquals((short) 0xffff, memory.get(Layout.SHORT_BE, VirtioHeader.SIZE + 26));
  }

  @Test
  void clearingLeavesThePacketAlone() {
    byte[] bytes = new byte[VirtioHeader.SIZE + 1];
    Arrays.fill(bytes, (byte) 0x55);
    VirtioHeader.clear(MemorySegment.ofArray(bytes), 0);
    assertArrayEquals(Wire.concat(new byte[10], new byte[] {0x55}), bytes);
  }

  @Test
  void aPlaceOutsideThePacketIsRefused() {
    MemorySegment memory = SuperPackets.exactly(new byte[VirtioHeader.SIZE + 40]);
    VirtioHeader.set(memory, 0, 0, 0, 0, 20, 18);
    assertTrue(VirtioHeader.finishChecksum(memory, 0, 40));
    VirtioHeader.set(memory, 0, 0, 0, 0, 20, 19);
    assertFalse(VirtioHeader.finishChecksum(memory, 0, 40));
    VirtioHeader.set(memory, 0, 0, 0, 0, 40, 0);
    assertFalse(VirtioHeader.finishChecksum(memory, 0, 40));
    VirtioHeader.set(memory, 0, 0, 0, 0, 65_535, 65_535);
    assertFalse(VirtioHeader.finishChecksum(memory, 0, 40));
  }
}
