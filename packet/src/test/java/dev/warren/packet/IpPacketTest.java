package dev.warren.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpPacketTest {
  private static final int AT = 3; // any offset, also an odd one, will do

  private final MemorySegment memory = Arena.ofAuto().allocate(70_000);

  @Test
  void readsIpv4Fields() {
    put("46a90123 4567a005 40110000 c0000201 c6336407 01020304");
    assertEquals(4, IpPacket.version(memory, AT));
    assertEquals(24, IpPacket.v4HeaderLength(memory, AT));
    assertEquals(0x0123, IpPacket.v4TotalLength(memory, AT));
    assertEquals(0xa9, IpPacket.v4Tos(memory, AT));
    assertEquals(0xa9, IpPacket.tos(memory, AT));
    assertEquals(40, IpPacket.v4FragmentOffset(memory, AT));
    assertEquals(17, IpPacket.v4Protocol(memory, AT));
    assertEquals(0xc0000201, IpPacket.v4Source(memory, AT));
    assertEquals(0xc6336407, IpPacket.v4Destination(memory, AT));
  }

  @Test
  void readsIpv6Fields() {
    put("6ab12345 fff03a40 20010db8000000000000000000000001 fd000000000000008000000000000002");
    assertEquals(6, IpPacket.version(memory, AT));
    assertEquals(0xfff0, IpPacket.v6PayloadLength(memory, AT));
    assertEquals(0xab, IpPacket.v6TrafficClass(memory, AT));
    assertEquals(0xab, IpPacket.tos(memory, AT));
    assertEquals(58, IpPacket.v6NextHeader(memory, AT));
    assertEquals(0x20010db800000000L, IpPacket.v6SourceHigh(memory, AT));
    assertEquals(1, IpPacket.v6SourceLow(memory, AT));
    assertEquals(0xfd00000000000000L, IpPacket.v6DestinationHigh(memory, AT));
    assertEquals(0x8000000000000002L, IpPacket.v6DestinationLow(memory, AT));
  }

  @ParameterizedTest
  @CsvSource({
    // first byte, total length, available, answer
    "45, 20, 20, 20",
    "45, 20, 32, 20", // padded
    "45, 1420, 1424, 1420",
    "45, 21, 20, -2",
    "45, 19, 32, -2",
    "45, 0, 32, -2",
    "45, 65535, 65535, 65535",
    "45, 65535, 65534, -2",
    "44, 20, 20, -2", // a header shorter than a header
    "40, 20, 20, -2",
    "4f, 60, 60, 60",
    "4f, 59, 60, -2",
    "46, 20, 24, -2",
    "45, 20, 19, -2",
    "45, 20, 1, -2",
    "45, 20, 0, -2",
  })
  void trimsIpv4(String first, int total, int available, int answer) {
    put(first + "00%04x 00000000 00000000 00000000 00000000".formatted(total));
    assertEquals(answer, IpPacket.trimmedLength(memory, AT, available));
  }

  @ParameterizedTest
  @CsvSource({
    // payload length, available, answer
    "0, 40, 40",
    "0, 48, 40",
    "1, 40, -2",
    "1380, 1420, 1420",
    "1381, 1420, -2",
    "65495, 65535, 65535",
    "65496, 65535, -2", // 65496 + 40 is 0 in 16 bits
    "65535, 65535, -2",
    "65535, 39, -2",
    "65535, 40, -2",
    "0, 39, -2",
    "0, 1, -2",
  })
  void trimsIpv6(int payload, int available, int answer) {
    put("60000000 %04x0000".formatted(payload));
    assertEquals(answer, IpPacket.trimmedLength(memory, AT, available));
  }

  @Test
  void otherVersionsAreBad() {
    for (int version = 0; version < 16; version++) {
      put("%x5000014".formatted(version));
      int answer = IpPacket.trimmedLength(memory, AT, 2000);
      if (version != 4 && version != 6) {
        assertEquals(IpPacket.BAD_VERSION, answer);
        assertEquals(IpPacket.BAD_VERSION, IpPacket.trimmedLength(memory, AT, 1));
      }
    }
    assertEquals(IpPacket.BAD_LENGTH, IpPacket.trimmedLength(memory, AT, 0));
  }

  @Test
  void encapsulationCopiesEcnAndNothingElse() {
    for (int tos = 0; tos < 256; tos++) {
      assertEquals(tos & 3, IpPacket.encapsulateTos(tos));
    }
  }

  /**
   * RFC 6040, figure 4: rows are the inner field, columns the outer: Not-ECT, ECT(0), ECT(1), CE.
   */
  private static final String[][] DECAPSULATION = {
    {"Not", "Not", "Not", "Not", "drop"},
    {"E0", "E0", "E0", "E1", "CE"},
    {"E1", "E1", "E1", "E1", "CE"},
    {"CE", "CE", "CE", "CE", "CE"},
  };

  private static final String[] COLUMNS = {"Not", "E0", "E1", "CE"};

  @Test
  void decapsulatesAsTheTableSays() {
    for (String[] row : DECAPSULATION) {
      for (int column = 0; column < 4; column++) {
        int inner = codepoint(row[0]);
        int outer = codepoint(COLUMNS[column]);
        int expected = codepoint(row[column + 1]);
        assertEquals(expected, IpPacket.decapsulateEcn(inner, outer), row[0] + COLUMNS[column]);
        for (int dscp = 0; dscp < 64; dscp++) {
          decapsulateV4(dscp, inner, outer, expected);
          decapsulateV6(dscp, inner, outer, expected);
        }
      }
    }
  }

  @Test
  void changingEcnKeepsTheHeaderChecksumRight() {
    Random random = new Random(9);
    byte[] header = new byte[20];
    for (int i = 0; i < 50_000; i++) {
      random.nextBytes(header);
      header[0] = 0x45;
      header[10] = 0;
      header[11] = 0;
      MemorySegment.copy(header, 0, memory, ValueLayout.JAVA_BYTE, AT, 20);
      int checksum = Checksum.of(memory, AT, 20);
      memory.set(ValueLayout.JAVA_BYTE, AT + 10, (byte) (checksum >>> 8));
      memory.set(ValueLayout.JAVA_BYTE, AT + 11, (byte) checksum);
      IpPacket.setEcn(memory, AT, random.nextInt(4));
      assertEquals(0, Checksum.of(memory, AT, 20));
    }
  }

  private void decapsulateV4(int dscp, int inner, int outer, int expected) {
    put("45%02x0014 00000000 40110000 0a000001 0a000002".formatted(dscp << 2 | inner));
    int checksum = Checksum.of(memory, AT, 20);
    put("45%02x0014 00000000 4011%04x 0a000001 0a000002".formatted(dscp << 2 | inner, checksum));
    assertEquals(expected >= 0, IpPacket.decapsulate(memory, AT, 0x88 | outer));
    assertEquals(dscp << 2 | (expected >= 0 ? expected : inner), IpPacket.v4Tos(memory, AT));
    assertEquals(0, Checksum.of(memory, AT, 20));
  }

  private void decapsulateV6(int dscp, int inner, int outer, int expected) {
    put("6%02x54321 00003b40".formatted(dscp << 2 | inner));
    assertEquals(expected >= 0, IpPacket.decapsulate(memory, AT, 0x88 | outer));
    int result = expected >= 0 ? expected : inner;
    assertEquals(dscp << 2 | result, IpPacket.v6TrafficClass(memory, AT));
    byte[] bytes = memory.asSlice(AT, 4).toArray(ValueLayout.JAVA_BYTE);
    assertEquals("6%02x54321".formatted(dscp << 2 | result), HexFormat.of().formatHex(bytes));
  }

  private static int codepoint(String name) {
    return switch (name) {
      case "Not" -> IpPacket.NOT_ECT;
      case "E0" -> IpPacket.ECT_0;
      case "E1" -> IpPacket.ECT_1;
      case "CE" -> IpPacket.CE;
      default -> -1;
    };
  }

  private void put(String hex) {
    byte[] content = HexFormat.of().parseHex(hex.replace(" ", ""));
    MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, AT, content.length);
  }
}
