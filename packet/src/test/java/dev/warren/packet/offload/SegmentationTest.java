package dev.warren.packet.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.IpPacket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentationTest {
  private final Segmentation segmentation = new Segmentation();
  private final Batch large = new Batch(2048, 512 << 10);

  @Test
  void randomSuperPacketsAreSplitAsTheModelDoes() {
    for (long seed = 1; seed <= 1_000; seed++) {
      Random random = new Random(seed);
      Wire whole = superPacket(random);
      int gsoSize = gsoSize(random, whole.payload.length);
      Batch batch = random.nextBoolean() ? large : new Batch(3, 220_000);
      compare("seed " + seed + ": " + whole, whole, gsoSize, batch);
    }
  }

  @Test
  void theLargestPacketsAreSplit() {
    for (int protocol : new int[] {6, 17}) {
      for (boolean v6 : new boolean[] {false, true}) {
        Wire whole = superPacket(new Random(7));
        whole.protocol = protocol;
        whole.v6 = v6;
        whole.source = new byte[v6 ? 16 : 4];
        whole.destination = new byte[v6 ? 16 : 4];
        whole.payload = new byte[0];
        whole.payload = new byte[65_535 - whole.length()];
        new Random(8).nextBytes(whole.payload);
        compare(whole.toString(), whole, 1380, large);
      }
    }
  }

  @Test
  void cwrStaysWithTheFirstAndFinAndPshWithTheLast() {
    Wire whole = tcp(3000);
    whole.flags = Wire.ACK | Wire.CWR | Wire.ECE | Wire.PSH | Wire.FIN;
    byte[] bytes = SuperPackets.withHeader(whole, 1 | VirtioHeader.GSO_ECN, 1000);
    List<byte[]> parts = SuperPackets.split(bytes, segmentation, large);
    assertEquals(3, parts.size());
    assertEquals(Wire.ACK | Wire.ECE | Wire.CWR, parts.get(0)[33] & 0xff);
    assertEquals(Wire.ACK | Wire.ECE, parts.get(1)[33] & 0xff);
    assertEquals(Wire.ACK | Wire.ECE | Wire.PSH | Wire.FIN, parts.get(2)[33] & 0xff);
  }

  @Test
  void aPacketNoLargerThanOneSegmentKeepsItsFlags() {
    Wire whole = tcp(1000);
    whole.flags = Wire.ACK | Wire.CWR | Wire.PSH;
    compare("one", whole, 1000, large);
    compare("one", whole, 60_000, large);
    whole.payload = new byte[0];
    compare("empty", whole, 60_000, large);
  }

  @Test
  void aSuperPacketWithoutAnUnfinishedChecksumIsSplitAsWell() {
    // So a super-packet of another machine can arrive, passed on as it was.
    Wire whole = tcp(5000);
    byte[] bytes = SuperPackets.withHeader(whole, 1448);
    bytes[0] = 0;
    List<byte[]> parts = SuperPackets.split(bytes, segmentation, large);
    assertArrayEquals(whole.split(1448).get(2).bytes(), parts.get(2));
  }

  @Test
  void aSourceRoutesDestinationStaysInTheChecksum() {
    Wire whole = tcp(3000);
    whole.ipOptions = new byte[] {(byte) 131, 7, 4, 10, 9, 9, 9, 0};
    Wire arrived = whole.clone();
    arrived.destination = new byte[] {10, 9, 9, 9};
    // The checksum counts the final destination, the header shows the next hop.
    byte[] bytes = SuperPackets.withHeader(whole, 1000);
    byte[] field = SuperPackets.withHeader(arrived, 1000);
    System.arraycopy(field, 10 + 28 + 16, bytes, 10 + 28 + 16, 2);
    byte[] first = SuperPackets.split(bytes, segmentation, large).getFirst();
    byte[] expected = arrived.split(1000).getFirst().bytes();
    assertArrayEquals(checksum(expected, 28 + 16), checksum(first, 28 + 16));
  }

  @Test
  void packetsHaveTheRoomThatSealingNeeds() {
    byte[] bytes = SuperPackets.withHeader(tcp(40_000), 1380);
    segmentation.begin(SuperPackets.exactly(bytes), 0, bytes.length - 10);
    large.clear();
    segmentation.into(large);
    int end = 0;
    for (int slot = 0; slot < large.count(); slot++) {
      assertTrue(large.offset(slot) - Batch.HEADROOM >= end);
      end = large.offset(slot) + large.length(slot) + Batch.TAILROOM;
    }
    assertTrue(end <= large.memory().byteSize());
  }

  @Test
  void packetsGoBehindThoseAlreadyInTheBatch() {
    byte[] bytes = SuperPackets.withHeader(tcp(2000), 1000);
    segmentation.begin(SuperPackets.exactly(bytes), 0, bytes.length - 10);
    large.clear();
    large.reserve(100);
    assertEquals(2, segmentation.into(large));
    assertEquals(3, large.count());
    assertEquals(1040, large.length(1));
  }

  @Test
  void headersThatMakeNoSenseGetAVerdict() {
    Wire whole = tcp(3000);
    assertEquals(Segmentation.UNKNOWN_KIND, begin(SuperPackets.withHeader(whole, 0, 1000)));
    assertEquals(Segmentation.UNKNOWN_KIND, begin(SuperPackets.withHeader(whole, 3, 1000)));
    assertEquals(Segmentation.UNKNOWN_KIND, begin(SuperPackets.withHeader(whole, 1, 0)));
    assertEquals(Segmentation.BAD_HEADERS, begin(SuperPackets.withHeader(whole, 4, 1000)));
    assertEquals(Segmentation.BAD_HEADERS, begin(SuperPackets.withHeader(whole, 5, 1000)));
    assertEquals(Segmentation.BAD_HEADERS, begin(changed(whole, 10, 0x55)));
    assertEquals(Segmentation.BAD_HEADERS, begin(changed(whole, 10, 0x44)));
    assertEquals(Segmentation.BAD_HEADERS, begin(changed(whole, 16, 0x20))); // more fragments
    assertEquals(Segmentation.BAD_HEADERS, begin(changed(whole, 42, 0x40)));
    assertEquals(Segmentation.BAD_CHECKSUM_PLACE, begin(changed(whole, 6, 24)));
    assertEquals(Segmentation.BAD_CHECKSUM_PLACE, begin(changed(whole, 8, 6)));
    whole.payload = new byte[0];
    assertEquals(Segmentation.BAD_HEADERS, begin(changed(whole, 42, 0xf0)));
    assertFalse(segmentation.isPending());
  }

  @Test
  void noHeaderHoweverMalformedThrowsOrWritesElsewhere() {
    for (long seed = 1; seed <= 15_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = malformed(random);
      large.clear();
      int verdict = begin(bytes);
      if (verdict < 0) {
        assertFalse(segmentation.isPending());
        continue;
      }
      int count = segmentation.into(large);
      assertTrue(count <= verdict && (count == verdict || segmentation.isPending()));
      for (int slot = 0; slot < count; slot++) {
        int length = large.length(slot);
        int trimmed = IpPacket.trimmedLength(large.memory(), large.offset(slot), length);
        assertEquals(length, trimmed, "seed " + seed);
      }
    }
  }

  private static byte[] malformed(Random random) {
    byte[] bytes;
    if (random.nextBoolean()) {
      bytes = new byte[VirtioHeader.SIZE + random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 10 && random.nextBoolean()) {
        bytes[10] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
        bytes[1] = (byte) new int[] {1, 4, 5}[random.nextInt(3)];
      }
      return bytes;
    }
    Wire whole = superPacket(random);
    bytes = SuperPackets.withHeader(whole, gsoSize(random, whole.payload.length));
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(Math.min(bytes.length, 90))] = (byte) random.nextInt(256);
    }
    if (random.nextBoolean()) {
      bytes = java.util.Arrays.copyOf(bytes, 10 + random.nextInt(bytes.length - 9));
    }
    return bytes;
  }

  private int begin(byte[] bytes) {
    return segmentation.begin(SuperPackets.exactly(bytes), 0, bytes.length - 10);
  }

  private static byte[] changed(Wire whole, int at, int value) {
    byte[] bytes = SuperPackets.withHeader(whole, 1000);
    bytes[at] = (byte) value;
    return bytes;
  }

  private static byte[] checksum(byte[] packet, int at) {
    return new byte[] {packet[at], packet[at + 1]};
  }

  private void compare(String what, Wire whole, int gsoSize, Batch batch) {
    byte[] bytes = SuperPackets.withHeader(whole, gsoSize);
    List<byte[]> parts = SuperPackets.split(bytes, segmentation, batch);
    List<Wire> expected = whole.split(gsoSize);
    assertEquals(expected.size(), parts.size(), what);
    for (int i = 0; i < parts.size(); i++) {
      assertArrayEquals(expected.get(i).bytes(), parts.get(i), what);
    }
  }

  private static Wire tcp(int payloadBytes) {
    Wire wire = new Wire();
    wire.sourcePort = 80;
    wire.destinationPort = 40_000;
    wire.sequence = -2000;
    wire.id = 0xfffe;
    wire.payload = new byte[payloadBytes];
    new Random(payloadBytes).nextBytes(wire.payload);
    return wire;
  }

  static Wire superPacket(Random random) {
    Wire wire = Traffic.flow(random);
    if (random.nextInt(4) == 0 && !wire.v6) {
      wire.ipOptions = new byte[4 * random.nextInt(11)];
    }
    if (random.nextInt(4) == 0 && wire.v6) {
      wire.extension = new byte[8 * (1 + random.nextInt(3))];
      wire.extension[1] = (byte) (wire.extension.length / 8 - 1);
      wire.extensionType = 60;
    }
    if (wire.tcp()) {
      wire.flags = random.nextInt(512) & ~(Wire.SYN | Wire.RST | Wire.URG);
    }
    int limit = 65_535 - wire.length();
    wire.payload = new byte[random.nextInt(random.nextBoolean() ? limit : 3000)];
    random.nextBytes(wire.payload);
    if (random.nextInt(8) == 0) {
      java.util.Arrays.fill(wire.payload, (byte) (random.nextBoolean() ? 0 : 0xff));
    }
    return wire;
  }

  static int gsoSize(Random random, int payloadBytes) {
    int least = payloadBytes / 1500 + 1;
    return least + random.nextInt(random.nextBoolean() ? 1500 : 65_535 - least);
  }
}
