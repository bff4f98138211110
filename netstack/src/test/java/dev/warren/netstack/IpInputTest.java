package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.warren.packet.IpAddress;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpInputTest {
  private static final IpAddress US4 = TwoHosts.A4;
  private static final IpAddress US6 = TwoHosts.A6;
  private static final IpAddress THEM4 = TwoHosts.B4;
  private static final IpAddress THEM6 = TwoHosts.B6;

  private final Stack stack = TwoHosts.stack(3, 1420, US4, US6);
  private long nowNanos = 1_000_000_000L;
  private final UdpSocket socket;

  IpInputTest() throws BindException {
    socket = stack.udp(null, 53, () -> {});
  }

  private void put(byte[] packet) {
    TwoHosts.put(stack, packet, nowNanos);
  }

  private long count(Fate fate) {
    return stack.counters().count(fate);
  }

  private static byte[] data(int length) {
    byte[] data = new byte[length];
    new SplittableRandom(length).nextBytes(data);
    return data;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "10.0.0.1",
        "::1",
        "::",
        "ff02::1",
        "::ffff:10.0.0.2",
        "fd00::1"
      })
  void sourcesThatNobodyHas(String text) {
    IpAddress from = TwoHosts.address(text);
    IpAddress us = from.isV6() ? US6 : US4;
    byte[] udp = Wire.udp(from, 9, us, 53, data(10));
    put(from.isV6() ? Wire.v6(from, us, 17, udp) : Wire.v4(from, us, 17, 0, 0, udp));
    assertEquals(1, count(Fate.BAD_SOURCE));
    assertNull(socket.receive());
    assertEquals(List.of(), TwoHosts.sent(stack, nowNanos));
  }

  @Test
  void othersPacketsAreLeftAlone() {
    for (String to : new String[] {"10.0.0.255", "224.0.0.1", "10.0.0.7"}) {
      IpAddress address = TwoHosts.address(to);
      put(Wire.v4(THEM4, address, 17, 0, 0, Wire.udp(THEM4, 1, address, 53, data(1))));
    }
    assertEquals(3, count(Fate.NOT_OURS));
    assertEquals(List.of(), TwoHosts.sent(stack, nowNanos));
  }

  @Test
  void aWrongHeaderChecksum() {
    byte[] packet = Wire.v4(THEM4, US4, 17, 0, 0, Wire.udp(THEM4, 9, US4, 53, data(10)));
    packet[8]--;
    put(packet);
    assertEquals(1, count(Fate.BAD_HEADER_CHECKSUM));
  }

  @ParameterizedTest
  @CsvSource({
    "01010100, DELIVERED",
    "07070400, DELIVERED",
    "83030400, BAD_OPTIONS",
    "89030400, BAD_OPTIONS",
    "07090400, BAD_OPTIONS",
    "07000400, BAD_OPTIONS"
  })
  void optionsV4(String hex, Fate fate) {
    byte[] udp = Wire.udp(THEM4, 9, US4, 53, data(10));
    byte[] plain = Wire.v4(THEM4, US4, 17, 0, 0, udp);
    ByteBuffer packet = ByteBuffer.allocate(plain.length + 8);
    packet.put(plain, 0, 20).put(20, HexFormat.of().parseHex(hex)).put(28, udp);
    packet.put(0, (byte) 0x47).putShort(2, (short) packet.capacity());
    Wire.fixV4(packet.array());
    put(packet.array());
    assertEquals(1, count(fate));
  }

  @Test
  void extensionHeaders() {
    byte[] udp = Wire.udp(THEM6, 9, US6, 53, data(10));
    put(Wire.v6(THEM6, US6, 0, chain("3c00010400000000" + "1100010400000000", udp)));
    assertNotNull(socket.receive());
    // An unknown option to be refused aloud, and a silent one.
    put(Wire.v6(THEM6, US6, 60, chain("1100820400000000", udp)));
    put(Wire.v6(THEM6, US6, 60, chain("1100420400000000", udp)));
    // Routing type 0 with and without segments left.
    put(Wire.v6(THEM6, US6, 43, chain("1100000100000000", udp)));
    assertNull(socket.receive());
    assertEquals(3, count(Fate.BAD_EXTENSION));
    put(Wire.v6(THEM6, US6, 43, chain("1100000000000000", udp)));
    assertNotNull(socket.receive());
    // Hop-by-hop options that do not come first; a protocol that is none.
    put(Wire.v6(THEM6, US6, 60, chain("0000010400000000" + "1100010400000000", udp)));
    put(Wire.v6(THEM6, US6, 200, udp));
    List<byte[]> errors = TwoHosts.sent(stack, nowNanos);
    int[][] expected = {{2, 42}, {0, 42}, {1, 40}, {1, 6}};
    assertEquals(expected.length, errors.size());
    for (int i = 0; i < expected.length; i++) {
      ByteBuffer error = ByteBuffer.wrap(errors.get(i));
      assertEquals(4, error.get(40));
      assertEquals(expected[i][0], error.get(41));
      assertEquals(expected[i][1], error.getInt(44));
    }
  }

  private static byte[] chain(String hex, byte[] udp) {
    byte[] headers = HexFormat.of().parseHex(hex);
    byte[] all = Arrays.copyOf(headers, headers.length + udp.length);
    System.arraycopy(udp, 0, all, headers.length, udp.length);
    return all;
  }

  private static byte[] fragment(boolean v6, int id, byte[] whole, int from, int to) {
    byte[] piece = Arrays.copyOfRange(whole, from, to);
    boolean more = to < whole.length;
    if (!v6) {
      return Wire.v4(THEM4, US4, 17, id, from >>> 3 | (more ? 0x2000 : 0), piece);
    }
    ByteBuffer payload = ByteBuffer.allocate(8 + piece.length);
    payload.put((byte) 17).put((byte) 0).putShort((short) (from | (more ? 1 : 0))).putInt(id);
    return Wire.v6(THEM6, US6, 44, payload.put(piece).array());
  }

  private static byte[] whole(boolean v6, byte[] data) {
    return v6 ? Wire.udp(THEM6, 9, US6, 53, data) : Wire.udp(THEM4, 9, US4, 53, data);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fragmentsInAnyOrder(boolean v6) {
    SplittableRandom random = new SplittableRandom(1);
    for (int id = 0; id < 500; id++) {
      byte[] data = data(100 + random.nextInt(5_000));
      byte[] whole = whole(v6, data);
      ArrayList<byte[]> pieces = new ArrayList<>();
      for (int at = 0; at < whole.length; ) {
        int next = Math.min(whole.length, at + 8 * (1 + random.nextInt(100)));
        pieces.add(fragment(v6, id, whole, at, next));
        at = next;
      }
      Collections.shuffle(pieces, new Random(id));
      if (pieces.size() > 1) {
        pieces.add(pieces.size() / 2, pieces.getFirst()); // one comes twice
      }
      pieces.forEach(this::put);
      UdpSocket.Datagram got = socket.receive();
      assertNotNull(got);
      assertArrayEquals(data, got.data());
      nowNanos += Reassembly.V6_NANOS; // what came too late is forgotten
      TwoHosts.sent(stack, nowNanos);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void overlapsKillThePacket(boolean v6) {
    byte[] whole = whole(v6, data(1_000));
    put(fragment(v6, 1, whole, 0, 400));
    put(fragment(v6, 1, whole, 392, 800));
    assertEquals(1, count(Fate.FRAGMENT_OVERLAP));
    put(fragment(v6, 1, whole, 400, 1_008));
    assertEquals(1, count(Fate.FRAGMENT_OF_DEAD));
    assertNull(socket.receive());
    // The same place with other bytes is no repetition.
    byte[] other = whole.clone();
    other[100] ^= 1;
    put(fragment(v6, 2, whole, 0, 400));
    put(fragment(v6, 2, other, 0, 400));
    assertEquals(2, count(Fate.FRAGMENT_OVERLAP));
    // Two ends.
    put(fragment(v6, 3, whole, 800, 1_008));
    put(fragment(v6, 3, Arrays.copyOf(whole, 900), 800, 900));
    assertEquals(1, count(Fate.BAD_FRAGMENT));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void timeIsUp(boolean v6) {
    byte[] whole = whole(v6, data(1_000));
    put(fragment(v6, 1, whole, 0, 400));
    put(fragment(v6, 2, whole, 400, 800)); // without the first: no error may be said
    long due = nowNanos + (v6 ? Reassembly.V6_NANOS : Reassembly.V4_NANOS);
    assertEquals(due, stack.nextDeadlineNanos());
    assertEquals(List.of(), TwoHosts.sent(stack, due - 1));
    List<byte[]> errors = TwoHosts.sent(stack, due);
    assertEquals(1, errors.size());
    ByteBuffer error = ByteBuffer.wrap(errors.getFirst());
    assertEquals(v6 ? 0x0301 : 0x0b01, error.getShort(v6 ? 40 : 20));
    assertEquals(2, stack.counters().reassemblyGivenUp());
    assertEquals(Long.MAX_VALUE, stack.nextDeadlineNanos());
  }

  @Test
  void aFloodOfFragmentsStaysWithinItsRoom() {
    byte[] whole = whole(false, data(1_000));
    for (int i = 0; i < 10_000; i++) {
      IpAddress from = IpAddress.v4(0x0b000000 + i);
      put(Wire.v4(from, US4, 17, i, 0x2000, Arrays.copyOf(whole, 800)));
    }
    assertEquals(10_000 - Reassembly.MAX_PACKETS, stack.counters().reassemblyGivenUp());
    put(fragment(false, 1, whole, 0, 800));
    put(fragment(false, 1, whole, 800, 1_008));
    assertNotNull(socket.receive());
    // One source takes no more than its share.
    long before = stack.counters().reassemblyGivenUp();
    for (int i = 0; i < 100; i++) {
      put(fragment(false, 100 + i, whole, 0, 800));
    }
    // All but the first (room was free) took another's place: the first 16 others', then their own.
    assertEquals(99, stack.counters().reassemblyGivenUp() - before);
  }

  @Test
  void checksumsOfDatagrams() {
    byte[] udp = whole(false, data(11));
    udp[6] = 0;
    udp[7] = 0;
    put(Wire.v4(THEM4, US4, 17, 0, 0, udp));
    assertNotNull(socket.receive());
    byte[] udp6 = whole(true, data(11));
    udp6[6] = 0;
    udp6[7] = 0;
    put(Wire.v6(THEM6, US6, 17, udp6));
    byte[] wrong = whole(false, data(11));
    wrong[10] ^= 1;
    put(Wire.v4(THEM4, US4, 17, 0, 0, wrong));
    assertEquals(2, count(Fate.BAD_CHECKSUM));
    byte[] tooLong = whole(false, data(11));
    tooLong[5] = 100;
    put(Wire.v4(THEM4, US4, 17, 0, 0, tooLong));
    assertEquals(1, count(Fate.BAD_PAYLOAD));
    assertNull(socket.receive());
  }
}
