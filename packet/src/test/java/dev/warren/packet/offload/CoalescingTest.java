package dev.warren.packet.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CoalescingTest {
  private final Coalescing coalescing = new Coalescing(512);
  private final Segmentation segmentation = new Segmentation();
  private final Batch large = new Batch(2048, 512 << 10);

  @Test
  void randomTrafficMakesTheRunsOfTheModel() {
    int joined = 0;
    for (long seed = 1; seed <= 1_500; seed++) {
      Random random = new Random(seed);
      int segmentLimit = random.nextBoolean() ? 1400 : 1 + random.nextInt(40);
      int oddities = random.nextInt(4) * 15;
      Traffic traffic = new Traffic(random, 1 + random.nextInt(6), segmentLimit, oddities);
      List<Wire> packets = new ArrayList<>();
      for (int i = random.nextInt(120); i >= 0; i--) {
        packets.add(traffic.next());
      }
      joined += compare("seed " + seed, packets, random.nextInt(8) > 0, random.nextInt(4) > 0);
    }
    assertTrue(joined > 8_000, "the traffic is too odd to test much: " + joined);
  }

  @Test
  void whatWasSplitIsJoinedAgain() {
    coalescing.allow(true, true);
    for (long seed = 1; seed <= 2_000; seed++) {
      Random random = new Random(seed);
      Wire whole = SegmentationTest.superPacket(random);
      whole.ipOptions = new byte[0];
      whole.extension = new byte[0];
      whole.flags = (whole.flags | Wire.ACK) & ~Wire.CWR;
      int gsoSize = whole.payload.length / 128 + 1 + random.nextInt(2000);
      byte[] bytes = SuperPackets.withHeader(whole, gsoSize);
      List<byte[]> parts = SuperPackets.split(bytes, segmentation, large);
      if (parts.size() > 1) {
        Batch batch = SuperPackets.batch(parts);
        assertEquals(1, coalescing.group(batch), "seed " + seed);
        assertArrayEquals(bytes, SuperPackets.gather(coalescing, batch, 0), "seed " + seed);
      }
    }
  }

  @Test
  void reorderedPacketsKeepTheirOrder() {
    List<Wire> packets = new ArrayList<>(flow(12_000).split(1000));
    for (long seed = 1; seed <= 200; seed++) {
      Collections.shuffle(packets, new Random(seed));
      compare("seed " + seed, packets, true, true);
    }
  }

  @Test
  void interleavedFlowsAreJoinedEachForItself() {
    List<Wire> packets = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Wire whole = flow(10_000);
      whole.destinationPort = 1000 + i % 6;
      whole.sequence += i / 6 * 1000;
      whole.id += i / 6;
      whole.payload = new byte[1000];
      packets.add(whole);
    }
    assertEquals(60, compare("six", packets, true, true));
    assertEquals(6, coalescing.group(batch(packets)));
  }

  @Test
  void flowsThatDifferInOneBitAreNotMixed() {
    for (boolean v6 : new boolean[] {false, true}) {
      int addressBytes = v6 ? 16 : 4;
      for (int bit = 0; bit < addressBytes * 16 + 32 + 1; bit++) {
        Wire whole = flow(3000);
        whole.v6 = v6;
        whole.source = new byte[addressBytes];
        whole.destination = new byte[addressBytes];
        List<Wire> parts = whole.split(1000);
        parts.set(1, other(parts.get(1), bit, addressBytes * 8));
        Wire second = whole.split(1000).get(1);
        List<Wire> packets = List.of(parts.get(0), parts.get(1), second, parts.get(2));
        assertEquals(List.of(3, 1), sizes(packets), "bit " + bit);
      }
    }
  }

  /** The packet with one bit of its flow changed: addresses, ports, and protocol. */
  private static Wire other(Wire wire, int bit, int addressBits) {
    Wire other = wire.clone();
    if (bit < 2 * addressBits) {
      byte[] address = new byte[addressBits / 8];
      address[bit % addressBits / 8] = (byte) (1 << bit % 8);
      if (bit < addressBits) {
        other.source = address;
      } else {
        other.destination = address;
      }
    } else if (bit < 2 * addressBits + 16) {
      other.sourcePort ^= 1 << (bit - 2 * addressBits);
    } else if (bit < 2 * addressBits + 32) {
      other.destinationPort ^= 1 << (bit - 2 * addressBits - 16);
    } else {
      other.protocol = 17;
    }
    return other;
  }

  @Test
  void whatComesBetweenEndsARun() {
    List<Wire> parts = flow(3000).split(1000);
    Wire acknowledgement = parts.get(1).clone();
    acknowledgement.payload = new byte[0];
    List<Wire> packets = List.of(parts.get(0), acknowledgement, parts.get(1), parts.get(2));
    assertEquals(List.of(1, 1, 2), sizes(packets));

    Wire fragment = parts.get(1).clone();
    fragment.moreFragments = true;
    fragment.df = false;
    packets = List.of(parts.get(0), fragment, parts.get(1), parts.get(2));
    assertEquals(List.of(1, 1, 2), sizes(packets));

    Wire stranger = parts.get(1).clone();
    stranger.protocol = 1;
    packets = List.of(parts.get(0), stranger, parts.get(1), parts.get(2));
    assertEquals(List.of(3, 1), sizes(packets));
  }

  @Test
  void aDamagedPacketStaysAlone() {
    List<Wire> parts = flow(5000).split(1000);
    parts.get(2).badChecksum = true;
    assertEquals(List.of(2, 1, 2), sizes(parts));
    parts = flow(5000).split(1000);
    parts.get(2).badIpChecksum = true;
    assertEquals(List.of(2, 1, 2), sizes(parts));
    parts = flow(5000).split(1000);
    parts.get(0).badChecksum = true;
    assertEquals(List.of(1, 4), sizes(parts));
  }

  @Test
  void pshAndAShorterSegmentEndARun() {
    List<Wire> parts = flow(6000).split(1000);
    parts.get(2).flags |= Wire.PSH;
    assertEquals(List.of(3, 3), sizes(parts));
    parts = flow(4500).split(1000);
    Wire after = parts.getLast().clone();
    after.sequence += 500;
    after.id++;
    parts.add(after);
    assertEquals(List.of(5, 1), sizes(parts));
  }

  @Test
  void anAccurateEcnCounterIsNotMixed() {
    for (int flag : new int[] {Wire.AE, Wire.ECE, Wire.CWR}) {
      List<Wire> parts = flow(6000).split(1000);
      parts.get(3).flags |= flag;
      parts.get(4).flags |= flag;
      parts.get(5).flags |= flag;
      // CWR on the first of a super-packet alone would mean something else.
      assertEquals(flag == Wire.CWR ? List.of(3, 1, 1, 1) : List.of(3, 3), sizes(parts));
    }
  }

  @Test
  void identificationsCountUnlessNothingMayBeFragmented() {
    List<Wire> parts = flow(3000).split(1000);
    parts.forEach(p -> p.id = 0);
    assertEquals(List.of(3), sizes(parts));
    parts.forEach(p -> p.df = false);
    assertEquals(List.of(1, 1, 1), sizes(parts));
    IntStream.range(0, 3).forEach(i -> parts.get(i).id = (0xffff + i) & 0xffff);
    assertEquals(List.of(3), sizes(parts));
  }

  @Test
  void neitherTooLongNorTooMany() {
    assertEquals(List.of(63, 6), sizes(flow(70_000).split(1024)));
    assertEquals(List.of(128, 72), sizes(flow(2000).split(10)));
    assertEquals(List.of(2), sizes(flow(65_495).split(65_000)));
    assertEquals(List.of(1, 1), sizes(flow(65_496).split(65_000)));
  }

  @Test
  void aFloodOfFlowsEndsRunsButLosesNothing() {
    List<Wire> packets = new ArrayList<>();
    for (int i = 0; i < 512; i++) {
      Wire packet = flow(100);
      packet.sourcePort = i;
      packets.add(packet);
    }
    assertEquals(512, coalescing.group(batch(packets)));
  }

  @Test
  void generationsOfRunsDoNotMix() {
    List<Wire> parts = flow(3000).split(1000);
    assertEquals(List.of(2), sizes(parts.subList(0, 2)));
    assertEquals(List.of(1), sizes(parts.subList(2, 3)));
  }

  @Test
  void noPacketHoweverMalformedThrows() {
    coalescing.allow(true, true);
    for (long seed = 1; seed <= 6_000; seed++) {
      Random random = new Random(seed);
      Traffic traffic = new Traffic(random, 2, 200, 40);
      List<byte[]> packets = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        byte[] bytes = traffic.next().bytes();
        for (int k = random.nextInt(3); k > 0; k--) {
          bytes[random.nextInt(Math.min(64, bytes.length))] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(3) > 0 ? bytes.length : random.nextInt(bytes.length + 1);
        packets.add(Arrays.copyOf(bytes, length));
      }
      Batch batch = SuperPackets.batch(packets);
      int runs = coalescing.group(batch);
      assertEquals(20, IntStream.range(0, runs).map(coalescing::segments).sum());
      for (int run = 0; run < runs; run++) {
        if (coalescing.segments(run) > 1) {
          byte[] gathered = SuperPackets.gather(coalescing, batch, run);
          assertEquals(gathered.length, coalescing.length(run) + VirtioHeader.SIZE);
          List<byte[]> again = SuperPackets.split(gathered, segmentation, large);
          assertEquals(coalescing.segments(run), again.size());
        }
      }
    }
  }

  /** Compares with the model, and splits what was joined; answers how many packets were. */
  private int compare(String what, List<Wire> packets, boolean joinTcp, boolean joinUdp) {
    coalescing.allow(joinTcp, joinUdp);
    Batch batch = batch(packets);
    byte[] before = batch.memory().toArray(ValueLayout.JAVA_BYTE);
    int count = coalescing.group(batch);
    List<List<Integer>> runs = new ArrayList<>();
    int joined = 0;
    for (int run = 0; run < count; run++) {
      List<Integer> slots = new ArrayList<>();
      for (int slot = coalescing.first(run); slot >= 0; slot = coalescing.next(slot)) {
        slots.add(slot);
      }
      assertEquals(slots.size(), coalescing.segments(run));
      runs.add(slots);
      if (slots.size() > 1) {
        joined += slots.size();
        compareJoined(what, batch, run, slots.stream().map(packets::get).toList());
      }
    }
    assertEquals(PlainCoalescing.group(packets, joinTcp, joinUdp), runs, () -> what + packets);
    assertArrayEquals(before, batch.memory().toArray(ValueLayout.JAVA_BYTE), what);
    return joined;
  }

  private void compareJoined(String what, Batch batch, int run, List<Wire> parts) {
    Wire whole = Wire.join(parts);
    byte[] bytes = SuperPackets.gather(coalescing, batch, run);
    assertArrayEquals(SuperPackets.withHeader(whole, parts.getFirst().payload.length), bytes, what);
    List<byte[]> again = SuperPackets.split(bytes, segmentation, large);
    assertEquals(parts.size(), again.size());
    for (int i = 0; i < again.size(); i++) {
      Wire part = parts.get(i).clone();
      if (part.df) {
        part.id = (parts.getFirst().id + i) & 0xffff; // means nothing, and may change
      }
      assertArrayEquals(part.bytes(), again.get(i), what);
    }
  }

  private List<Integer> sizes(List<Wire> packets) {
    compare("sizes", packets, true, true);
    return IntStream.range(0, coalescing.group(batch(packets)))
        .mapToObj(coalescing::segments)
        .toList();
  }

  private static Batch batch(List<Wire> packets) {
    return SuperPackets.batch(packets.stream().map(Wire::bytes).toList());
  }

  private static Wire flow(int payloadBytes) {
    Wire wire = new Wire();
    wire.sourcePort = 80;
    wire.destinationPort = 40_000;
    wire.sequence = -2000;
    wire.id = 77;
    wire.payload = new byte[payloadBytes];
    new Random(payloadBytes).nextBytes(wire.payload);
    return wire;
  }
}
