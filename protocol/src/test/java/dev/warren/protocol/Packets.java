package dev.warren.protocol;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Inner packets for tests: valid headers, a payload that counts, and ECN where asked. */
final class Packets {
  static final int UDP = 17;

  private Packets() {}

  static IpAddress address(String text) {
    return Objects.requireNonNull(IpAddress.parse(text));
  }

  /** A packet of {@code length} bytes in all, of the family of its addresses. */
  static byte[] packet(String source, String destination, int length) {
    return packet(source, destination, length, 0);
  }

  static byte[] packet(String source, String destination, int length, int tos) {
    byte[] packet = new byte[length];
    for (int i = 0; i < length; i++) {
      packet[i] = (byte) i;
    }
    MemorySegment view = MemorySegment.ofArray(packet);
    ByteBuffer header = ByteBuffer.wrap(packet);
    if (address(source).isV6()) {
      header.putInt(6 << 28 | tos << 20).putShort((short) (length - 40));
      header.put((byte) UDP).put((byte) 64);
      address(source).write(view, 8);
      address(destination).write(view, 24);
    } else {
      header.put((byte) 0x45).put((byte) tos).putShort((short) length).putInt(0);
      header.put((byte) 64).put((byte) UDP).putShort((short) 0);
      address(source).write(view, 12);
      address(destination).write(view, 16);
      header.putShort(10, (short) Checksum.of(view, 0, 20));
    }
    return packet;
  }
}
