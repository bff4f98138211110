package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Padding: to a multiple of 16, never beyond the MTU. */
class PaddingTest {
  @ParameterizedTest
  @CsvSource({
    // length, mtu, padding
    "0, 1420, 0",
    "1, 1420, 15",
    "15, 1420, 1",
    "16, 1420, 0",
    "17, 1420, 15",
    "1408, 1420, 0",
    "1409, 1420, 11", // to 1420, not to 1424
    "1419, 1420, 1",
    "1420, 1420, 0",
    "1421, 1420, 15", // a packet above the MTU: its last piece of 1 byte
    "2840, 1420, 0",
    "2839, 1420, 1",
    "1279, 1280, 1",
    "1280, 1280, 0",
    "1495, 1500, 5",
    "65534, 65535, 1",
    "34735, 34736, 1",
    "5, 7, 2",
    "100, 0, 12", // no MTU is known
    "65535, 0, 1",
  })
  void truthTable(int length, int mtu, int padding) {
    assertEquals(padding, OutboundPath.padding(length, mtu));
  }

  @Test
  void holdsForEveryLengthUpToTheMtu() {
    for (int mtu : new int[] {1, 15, 16, 68, 576, 1280, 1420, 1500, 9000}) {
      for (int length = 0; length <= mtu; length++) {
        int padded = length + OutboundPath.padding(length, mtu);
        assertTrue(padded <= mtu && padded >= length && padded - length < 16);
        assertTrue(padded % 16 == 0 || padded == mtu);
      }
    }
  }

  /** On the wire, where the padding is zero whatever lay behind the packet before. */
  @ParameterizedTest
  @CsvSource({"33, 48", "48, 48", "1409, 1420", "1420, 1420"})
  void lengthsOnTheWire(int length, int padded) {
    TestDevice[] pair = TestDevice.connectedPair(13, START);
    byte[] packet = Packets.packet("10.0.0.1", "10.0.0.2", length);
    byte[] noise = Packets.packet("10.0.0.1", "10.0.0.2", 1420);
    pair[0].tun(START, noise);
    pair[0].tun(START, packet);
    byte[] message = pair[0].takeSent().getLast().bytes();
    assertEquals(padded + 32, message.length);
    byte[] plain = open(pair[1].current(pair[0]), message);
    for (int i = length; i < padded; i++) {
      assertEquals(0, plain[i], "padding at " + i);
    }
    pair[1].datagram(pair[0], message, START);
    assertArrayEquals(packet, pair[1].written.getFirst());
  }

  @Test
  void theMtuOfTheDeviceCounts() {
    TestDevice[] pair = TestDevice.connectedPair(13, START);
    pair[0].device.mtu(1400);
    pair[0].tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 1399));
    assertEquals(1400 + 32, pair[0].takeOnlySent().bytes().length);
  }

  private static byte[] open(Keypair keypair, byte[] message) {
    MemorySegment memory = Arena.ofAuto().allocate(message.length);
    memory.copyFrom(MemorySegment.ofArray(message));
    long counter = memory.get(Messages.LONG_LE, Messages.DATA_COUNTER_OFFSET);
    int sealed = message.length - Messages.DATA_HEADER_BYTES;
    assertTrue(keypair.opening().open(counter, memory, Messages.DATA_HEADER_BYTES, sealed));
    return memory
        .asSlice(Messages.DATA_HEADER_BYTES, sealed - Messages.TAG_BYTES)
        .toArray(ValueLayout.JAVA_BYTE);
  }
}
