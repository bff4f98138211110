package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes: nothing throws, nothing grows without end, and the next good packet is served.
 */
class StackFuzzTest {
  private static final int PACKETS = Integer.getInteger("warren.netstack.fuzz", 200_000);
  private static final IpAddress US4 = TwoHosts.A4;
  private static final IpAddress US6 = TwoHosts.A6;
  private static final IpAddress THEM4 = TwoHosts.B4;
  private static final IpAddress THEM6 = TwoHosts.B6;

  private final Stack stack = TwoHosts.stack(7, 1420, US4, US6);
  private final Batch in = new Batch(64, 512 << 10);
  private final Batch out = new Batch(256, 1 << 20);
  private long nowNanos = 1_000_000_000L;

  private static List<byte[]> seeds() {
    byte[] data = new byte[64];
    List<byte[]> seeds = new ArrayList<>();
    for (boolean v6 : new boolean[] {false, true}) {
      IpAddress us = v6 ? US6 : US4;
      IpAddress them = v6 ? THEM6 : THEM4;
      seeds.add(ip(them, us, 17, Wire.udp(them, 9, us, 53, data)));
      seeds.add(ip(them, us, 17, Wire.udp(them, 9, us, 54, data)));
      for (int flags : new int[] {0x02, 0x10, 0x11, 0x04, 0x12, 0x18}) {
        seeds.add(ip(them, us, 6, Wire.tcp(them, 1_000, us, 80, 7, flags)));
      }
      byte[] echo = new byte[40];
      echo[0] = (byte) (v6 ? 128 : 8);
      seeds.add(ip(them, us, v6 ? 58 : 1, echo));
      for (int type : v6 ? new int[] {1, 2, 3, 4} : new int[] {3, 11, 12}) {
        byte[] quoted = ip(us, them, 6, Wire.tcp(us, 80, them, 1_000, 1, 0x10));
        ByteBuffer error = ByteBuffer.allocate(8 + quoted.length);
        error.put(0, (byte) type).put(1, (byte) 4).put(8, quoted);
        seeds.add(ip(them, us, v6 ? 58 : 1, error.array()));
      }
    }
    seeds.add(Wire.v4(THEM4, US4, 17, 5, 0x2000, data));
    seeds.add(Wire.v4(THEM4, US4, 17, 5, 8, data));
    byte[] extended = new byte[8 + 8 + 8 + 64];
    extended[0] = 60; // hop-by-hop, destination options, fragment
    extended[8] = 44;
    extended[16] = 17;
    extended[19] = 1;
    seeds.add(Wire.v6(THEM6, US6, 0, extended));
    byte[] routed = new byte[8 + 24];
    routed[0] = 58;
    seeds.add(Wire.v6(THEM6, US6, 43, routed));
    return seeds;
  }

  private static byte[] ip(IpAddress from, IpAddress to, int protocol, byte[] data) {
    byte[] packet =
        from.isV6()
            ? Wire.v6(from, to, protocol, data)
            : Wire.v4(from, to, protocol, 1, 0x4000, data);
    fix(packet);
    return packet;
  }

  /** Makes the checksums right, as far as the packet is long enough to have any. */
  private static void fix(byte[] packet) {
    boolean v6 = packet.length >= 40 && packet[0] >>> 4 == 6;
    boolean v4 = packet.length >= 20 && packet[0] >>> 4 == 4;
    int header = v6 ? 40 : v4 ? (packet[0] & 0xf) * 4 : packet.length;
    if (header < 20 || packet.length < header + 20) {
      return;
    }
    int protocol = packet[v6 ? 6 : 9] & 0xff;
    int at = header + (protocol == 6 ? 16 : protocol == 17 ? 6 : 2);
    packet[at] = 0;
    packet[at + 1] = 0;
    int length = packet.length - header;
    MemorySegment memory = MemorySegment.ofArray(packet);
    ByteBuffer fields = ByteBuffer.wrap(packet);
    long pseudo = 0;
    if (v6) {
      pseudo =
          OutboundPackets.pseudo(
              true,
              fields.getLong(8),
              fields.getLong(16),
              fields.getLong(24),
              fields.getLong(32),
              protocol,
              length);
    } else if (protocol != 1) {
      pseudo =
          OutboundPackets.pseudo(
              false, 0, fields.getInt(12), 0, fields.getInt(16), protocol, length);
    }
    int sum = Checksum.finish(pseudo + Checksum.partial(memory, header, length));
    fields.putShort(at, (short) sum);
    if (!v6) {
      Wire.fixV4(packet);
    }
  }

  private void feed(byte[] packet) {
    if (!in.hasRoom(packet.length) || in.count() == in.capacity()) {
      flush();
    }
    TwoHosts.add(in, packet);
  }

  private void flush() {
    stack.receive(in, nowNanos);
    in.clear();
    do {
      out.clear();
    } while (stack.transmit(out, nowNanos) > 0);
    nowNanos += 1_000_000;
  }

  @Test
  void randomAndMutatedPackets() throws BindException {
    long seed = Long.getLong("warren.netstack.seed", System.nanoTime());
    System.out.println("StackFuzzTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    final UdpSocket socket = stack.udp(null, 53, () -> {});
    stack.listen(null, 80, 16, () -> {});
    List<byte[]> seeds = seeds();
    for (int i = 0; i < PACKETS; i++) {
      byte[] packet;
      if (random.nextInt(10) == 0) {
        packet = new byte[random.nextInt(200)];
        random.nextBytes(packet);
      } else {
        packet = seeds.get(random.nextInt(seeds.size())).clone();
        for (int change = random.nextInt(4); change > 0; change--) {
          packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
        if (random.nextInt(8) == 0) {
          packet = Arrays.copyOf(packet, random.nextInt(packet.length + 1));
        }
        if (random.nextInt(4) != 0) {
          fix(packet);
        }
      }
      feed(packet);
      if (i % 1_000 == 0) {
        while (socket.receive() != null) {}
      }
    }
    flush();
    StackCounters counters = stack.counters();
    assertEquals(PACKETS, counters.packetsIn());
    long hour = nowNanos + 3_600_000_000_000L;
    while (stack.nextDeadlineNanos() < hour) {
      nowNanos = Math.max(nowNanos, stack.nextDeadlineNanos());
      flush();
    }
    while (socket.receive() != null) {}
    feed(seeds.getFirst());
    flush();
    assertNotNull(socket.receive());
    for (Fate fate : Fate.values()) {
      System.out.println("  " + fate + " " + counters.count(fate));
    }
    assertTrue(counters.count(Fate.DELIVERED) > PACKETS / 20, "most were not even looked at");
  }

  @Test
  void truncatedAtEveryByte() throws BindException {
    stack.udp(null, 53, () -> {});
    stack.listen(null, 80, 16, () -> {});
    for (byte[] seed : seeds()) {
      for (int length = 0; length < seed.length; length++) {
        byte[] cut = Arrays.copyOf(seed, length);
        feed(cut.clone());
        if (length >= 40) { // the same with a length that fits
          ByteBuffer fields = ByteBuffer.wrap(cut);
          fields.putShort(
              seed[0] >>> 4 == 4 ? 2 : 4, (short) (seed[0] >>> 4 == 4 ? length : length - 40));
          fix(cut);
          feed(cut);
        }
      }
    }
    flush();
    assertTrue(stack.counters().count(Fate.MALFORMED) > 1_000);
  }
}
