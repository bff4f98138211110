package dev.warren.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcmpErrorTest {
  private static final int OUT = 5;

  private final MemorySegment out = Arena.ofAuto().allocate(OUT + IcmpError.MAX_LENGTH);

  @ParameterizedTest
  @CsvSource({"28, 56", "100, 128", "548, 576", "549, 576", "1500, 576", "65535, 576"})
  void answersIpv4WithHostUnreachable(int length, int expected) {
    byte[] packet = v4("192.0.2.1", "198.51.100.7", 17, 0, length);
    byte[] error = answer(packet);
    assertEquals(expected, error.length);
    MemorySegment view = MemorySegment.ofArray(error);
    assertEquals(expected, IpPacket.trimmedLength(view, 0, error.length));
    assertEquals(0, Checksum.of(view, 0, 20));
    assertEquals(0, Checksum.of(view, 20, error.length - 20));
    assertEquals(IpAddress.parse("198.51.100.7"), IpAddress.readV4(view, 12));
    assertEquals(IpAddress.parse("192.0.2.1"), IpAddress.readV4(view, 16));
    assertEquals(1, IpPacket.v4Protocol(view, 0));
    assertEquals(3, error[20]);
    assertEquals(1, error[21]);
    assertQuoted(packet, error, 28);
  }

  @ParameterizedTest
  @CsvSource({"48, 96", "1232, 1280", "1233, 1280", "9000, 1280"})
  void answersIpv6WithAddressUnreachable(int length, int expected) {
    byte[] packet = v6("fd00::1", "fd00::2", 17, new byte[length - 40]);
    byte[] error = answer(packet);
    assertEquals(expected, error.length);
    MemorySegment view = MemorySegment.ofArray(error);
    assertEquals(expected, IpPacket.trimmedLength(view, 0, error.length));
    assertEquals(IpAddress.parse("fd00::2"), IpAddress.readV6(view, 8));
    assertEquals(IpAddress.parse("fd00::1"), IpAddress.readV6(view, 24));
    assertEquals(58, IpPacket.v6NextHeader(view, 0));
    assertEquals(1, error[40]);
    assertEquals(3, error[41]);
    assertQuoted(packet, error, 48);
    // The checksum by the pseudo header written out: addresses, length, next header.
    ByteBuffer summed = ByteBuffer.allocate(40 + error.length - 40);
    summed.put(error, 8, 32).putInt(error.length - 40).putInt(58).put(error, 40, error.length - 40);
    assertEquals(0, Checksum.of(MemorySegment.ofArray(summed.array()), 0, summed.capacity()));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, true",
    "10.0.0.1, 224.0.0.1, false",
    "10.0.0.1, 239.255.255.255, false",
    "10.0.0.1, 255.255.255.255, false",
    "10.0.0.1, 240.0.0.1, true",
    "0.0.0.0, 10.0.0.2, false",
    "0.1.2.3, 10.0.0.2, false",
    "127.0.0.1, 10.0.0.2, false",
    "224.0.0.1, 10.0.0.2, false",
    "240.0.0.1, 10.0.0.2, false",
    "255.255.255.255, 10.0.0.2, false",
    "223.255.255.255, 10.0.0.2, true",
  })
  void answersOnlySingleHostsOfIpv4(String source, String destination, boolean answered) {
    assertAnswered(answered, v4(source, destination, 6, 0, 40));
  }

  @ParameterizedTest
  @CsvSource({
    "fd00::1, fd00::2, true",
    "fe80::1, fd00::2, true",
    "::, fd00::2, false",
    "::1, fd00::2, false",
    "ff02::1, fd00::2, false",
    "fd00::1, ff02::1, false",
    "fd00::1, ff0e::1, false",
    "::2, fd00::2, true",
  })
  void answersOnlySingleHostsOfIpv6(String source, String destination, boolean answered) {
    assertAnswered(answered, v6(source, destination, 6, new byte[20]));
  }

  @Test
  void neverAnswersErrorsOfIpv4() {
    for (int type = 0; type < 256; type++) {
      byte[] packet = v4("10.0.0.1", "10.0.0.2", 1, 0, 28);
      packet[20] = (byte) type;
      boolean query = type == 0 || (type >= 8 && type <= 18 && type != 11 && type != 12);
      assertAnswered(query, packet);
    }
    assertAnswered(false, v4("10.0.0.1", "10.0.0.2", 1, 0, 20)); // no type to see
  }

  @Test
  void findsTheTypeBehindIpv4Options() {
    byte[] packet = v4("10.0.0.1", "10.0.0.2", 1, 0, 32);
    packet[0] = 0x46;
    packet[20] = 8; // an option, not a type
    packet[24] = 3;
    assertAnswered(false, packet);
    packet[24] = 8;
    assertAnswered(true, packet);
  }

  @Test
  void neverAnswersLaterFragments() {
    assertAnswered(true, v4("10.0.0.1", "10.0.0.2", 17, 0x2000, 100));
    assertAnswered(false, v4("10.0.0.1", "10.0.0.2", 17, 0x2001, 100));
    assertAnswered(false, v4("10.0.0.1", "10.0.0.2", 17, 0x1fff, 100));
    byte[] first = {17, 0, 0, 1, 0, 0, 0, 0};
    byte[] later = {17, 0, 0, 9, 0, 0, 0, 0};
    assertAnswered(true, v6("fd00::1", "fd00::2", 44, first));
    assertAnswered(false, v6("fd00::1", "fd00::2", 44, later));
  }

  @Test
  void neverAnswersErrorsOfIpv6() {
    for (int type = 0; type < 256; type++) {
      byte[] icmp = {(byte) type, 0, 0, 0, 0, 0, 0, 0};
      assertAnswered(type >= 128 && type != 137, v6("fd00::1", "fd00::2", 58, icmp));
    }
    assertAnswered(false, v6("fd00::1", "fd00::2", 58, new byte[0]));
  }

  @Test
  void findsTheTypeBehindExtensionHeaders() {
    byte[] chain = new byte[8 + 16 + 8 + 12 + 24 + 8];
    chain[0] = 43; // hop-by-hop, then routing
    chain[8] = 44; // routing of 16 bytes, then fragment
    chain[9] = 1;
    chain[24] = 51; // fragment, then authentication
    chain[25] = 77; // reserved, not a length
    chain[32] = 60; // authentication of 12 bytes, then destination options
    chain[33] = 1;
    chain[44] = 58; // destination options of 24 bytes, then ICMPv6
    chain[45] = 2;
    chain[68] = (byte) 128;
    assertAnswered(true, v6("fd00::1", "fd00::2", 0, chain));
    chain[68] = 1;
    assertAnswered(false, v6("fd00::1", "fd00::2", 0, chain));
  }

  @Test
  void survivesRandomPackets() {
    Random random = new Random(21);
    int[] extensions = {0, 43, 44, 51, 60, 58, 17};
    for (int i = 0; i < 200_000; i++) {
      byte[] payload = new byte[random.nextInt(64)];
      random.nextBytes(payload);
      for (int j = 0; j < payload.length; j += 8) {
        payload[j] = (byte) extensions[random.nextInt(extensions.length)];
      }
      answer(v6("fd00::1", "fd00::2", extensions[random.nextInt(extensions.length)], payload));
      byte[] v4 = v4("10.0.0.1", "10.0.0.2", 1, 0, 60);
      v4[0] = (byte) (0x45 + random.nextInt(11));
      answer(v4);
    }
  }

  private void assertAnswered(boolean expected, byte[] packet) {
    assertEquals(expected, answer(packet).length > 0);
  }

  private byte[] answer(byte[] packet) {
    MemorySegment in = MemorySegment.ofArray(packet);
    int length = IcmpError.unreachable(in, 0, packet.length, out, OUT);
    return out.asSlice(OUT, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private static void assertQuoted(byte[] packet, byte[] error, int headers) {
    byte[] expected = new byte[error.length - headers];
    byte[] quoted = new byte[error.length - headers];
    System.arraycopy(packet, 0, expected, 0, expected.length);
    System.arraycopy(error, headers, quoted, 0, quoted.length);
    assertArrayEquals(expected, quoted);
  }

  private static byte[] v4(String source, String destination, int protocol, int frag, int length) {
    byte[] packet = new byte[length];
    new Random(length).nextBytes(packet);
    ByteBuffer.wrap(packet)
        .putShort((short) 0x4500)
        .putShort((short) length)
        .putShort((short) 1)
        .putShort((short) frag)
        .putShort((short) (64 << 8 | protocol));
    write(source, packet, 12);
    write(destination, packet, 16);
    return packet;
  }

  private static byte[] v6(String source, String destination, int next, byte[] payload) {
    byte[] packet = new byte[40 + payload.length];
    ByteBuffer.wrap(packet)
        .putInt(6 << 28)
        .putShort((short) payload.length)
        .putShort((short) (next << 8 | 64))
        .position(40)
        .put(payload);
    write(source, packet, 8);
    write(destination, packet, 24);
    return packet;
  }

  private static void write(String address, byte[] packet, int offset) {
    IpAddress parsed = IpAddress.parse(address);
    if (parsed == null) {
      throw new IllegalArgumentException(address);
    }
    parsed.write(MemorySegment.ofArray(packet), offset);
  }
}
