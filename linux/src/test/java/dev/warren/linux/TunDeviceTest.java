package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@HostTest(commands = "ip")
@Timeout(60)
@ParameterizedClass
@MethodSource("dev.warren.linux.Harness#offloads")
class TunDeviceTest {
  private static final String NAME = Harness.uniqueName("wt");
  private static final int ICMP_AT = 20;

  private final Offloads offloads;

  TunDeviceTest(Offloads offloads) {
    this.offloads = offloads;
  }

  @Test
  void makesAnInterfaceThatGoesWithIt() throws Exception {
    long before = Harness.openDescriptors();
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads)) {
      assertEquals(NAME, tun.name());
      assertEquals(1420, tun.mtu());
      assertEquals("1420", Harness.run("cat /sys/class/net/" + NAME + "/mtu"));
    }
    assertEquals("no", Harness.run("test -e /sys/class/net/" + NAME + " || echo no"));
    assertEquals(before, Harness.openDescriptors());
  }

  @Test
  @HostTest(commands = "ping")
  void answersPingByHand() throws Exception {
    Batch batch = new Batch(64, 256 << 10);
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads);
        PollDoorbell doorbell = PollDoorbell.open(tun)) {
      up("198.18.7.1/30");
      Process ping =
          new ProcessBuilder("ping", "-n", "-c", "3", "-i", "0.01", "-s", "1000", "198.18.7.2")
              .redirectErrorStream(true)
              .start();
      AtomicInteger answered = new AtomicInteger();
      Harness.await(
          doorbell,
          () -> {
            assertTrue(tun.read(batch) >= 0);
            for (int slot = 0; slot < batch.count(); slot++) {
              if (turnAround(batch, slot)) {
                answered.incrementAndGet();
              }
            }
            tun.write(batch);
            return answered.get() == 3;
          });
      String output = new String(ping.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, ping.waitFor(), output);
      assertTrue(output.contains(" 0% packet loss"), output);
    }
  }

  /** Makes an echo request the reply to it; answers whether it was one. */
  private static boolean turnAround(Batch batch, int slot) {
    MemorySegment packet = batch.memory().asSlice(batch.offset(slot), batch.length(slot));
    if (packet.get(JAVA_BYTE, 0) != 0x45
        || packet.get(JAVA_BYTE, 9) != 1
        || packet.get(JAVA_BYTE, ICMP_AT) != 8) {
      return false;
    }
    byte[] source = packet.asSlice(12, 4).toArray(JAVA_BYTE);
    MemorySegment.copy(packet, 16, packet, 12, 4);
    MemorySegment.copy(source, 0, packet, JAVA_BYTE, 16, 4);
    packet.set(JAVA_BYTE, ICMP_AT, (byte) 0);
    packet.set(Inet.SHORT_BE, ICMP_AT + 2, (short) 0);
    int sum = Checksum.of(packet, ICMP_AT, batch.length(slot) - ICMP_AT);
    packet.set(Inet.SHORT_BE, ICMP_AT + 2, (short) sum);
    return true;
  }

  @Test
  void largestPacketsAreReadWhole() throws Exception {
    byte[] payload = new byte[65_000];
    new java.util.Random(7).nextBytes(payload);
    Batch batch = new Batch(64, 256 << 10);
    try (TunDevice tun = Harness.tun(NAME, 65_535, offloads);
        PollDoorbell doorbell = PollDoorbell.open(tun);
        DatagramSocket socket = new DatagramSocket(0)) {
      up("198.18.7.1/30");
      socket.send(datagram(payload, payload.length));
      byte[] udp = readUdp(tun, doorbell, batch);
      assertEquals(8 + payload.length, udp.length);
      assertArrayEquals(payload, Arrays.copyOfRange(udp, 8, udp.length));
    }
  }

  @Test
  void oneReadStopsWhereSlotsEnd() throws Exception {
    Batch batch = new Batch(3, 1 << 20);
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads);
        DatagramSocket socket = new DatagramSocket(0)) {
      up("198.18.7.1/30");
      int sent = 20;
      for (int i = 0; i < sent; i++) {
        socket.send(datagram(new byte[1300], 1300));
      }
      int got = 0;
      int reads = 0;
      while (tun.read(batch) > 0) {
        reads++;
        int before = got;
        for (int slot = 0; slot < batch.count(); slot++) {
          got += isUdp(batch, slot) ? 1 : 0;
        }
        assertTrue(got - before <= 3, "a batch this small takes few");
      }
      assertEquals(sent, got);
      assertTrue(reads > 5);
    }
  }

  @Test
  void packetsLargerThanTheMtuWeKnowAreReadWhole() throws Exception {
    Batch batch = new Batch(64, TunDevice.BATCH_MIN_BYTES);
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads);
        DatagramSocket socket = new DatagramSocket(0)) {
      up("198.18.7.1/30");
      // Nobody has told the device of it yet.
      Harness.run("ip link set mtu 65535 dev " + NAME);
      int[] lengths = {300, 9000, 1392, 1393, 60_000, 20, 60_000, 8000};
      for (int length : lengths) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) length);
        socket.send(datagram(payload, length));
      }
      int i = 0;
      while (tun.read(batch) > 0) {
        for (int slot = 0; slot < batch.count(); slot++) {
          if (isUdp(batch, slot)) {
            byte[] packet = Harness.bytes(batch, slot);
            assertEquals(28 + lengths[i], packet.length);
            assertEquals((byte) lengths[i], packet[packet.length - 1]);
            assertEquals((byte) lengths[i++], packet[28]);
          }
        }
      }
      assertEquals(lengths.length, i);
    }
  }

  @Test
  void refusedPacketsAreCountedAndOthersGo() throws Exception {
    Batch batch = new Batch(8, 1 << 17);
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads)) {
      addUdp(batch);
      assertEquals(0, tun.write(batch));
      assertEquals(1, tun.refused().of(Errno.EIO), "down");
      up("198.18.7.1/30");
      batch.clear();
      Harness.add(batch, "!! no IP packet", null);
      addUdp(batch);
      Harness.add(batch, "", null);
      assertEquals(1, tun.write(batch));
      assertEquals(2, tun.refused().of(Errno.EINVAL));
      assertEquals("EIO 1, EINVAL 2", tun.refused().toString());
    }
  }

  @Test
  void writtenPacketArrives() throws Exception {
    Batch batch = new Batch(8, 1 << 17);
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads);
        DatagramSocket socket = new DatagramSocket(null)) {
      up("198.18.7.1/30");
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("198.18.7.1"), 7777));
      socket.setSoTimeout(5000);
      addUdp(batch);
      assertEquals(1, tun.write(batch));
      DatagramPacket got = new DatagramPacket(new byte[100], 100);
      socket.receive(got);
      assertEquals("/198.18.7.2:9", got.getSocketAddress().toString());
      assertEquals(4, got.getLength());
    }
  }

  @Test
  void deletedInterfaceIsGone() throws Exception {
    Batch batch = new Batch(8, 1 << 17);
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads);
        PollDoorbell doorbell = PollDoorbell.open(tun)) {
      Harness.run("ip link del " + NAME);
      doorbell.await(-1);
      assertEquals(-Errno.EBADFD, tun.read(batch));
      addUdp(batch);
      assertEquals(-Errno.EBADFD, tun.write(batch));
    }
  }

  @Test
  void closedPortIsGone() throws Exception {
    Batch batch = new Batch(8, 1 << 17);
    TunDevice tun = Harness.tun(NAME, 1420, offloads);
    tun.close();
    tun.close();
    assertEquals(-Errno.EBADFD, tun.read(batch));
    assertEquals(-Errno.EBADFD, tun.write(batch));
  }

  @Test
  void takesOverAPersistentTun() throws Exception {
    Harness.run("ip tuntap add dev " + NAME + " mode tun");
    try (TunDevice tun = Harness.tun(NAME, 1300, offloads)) {
      assertEquals("1300", Harness.run("cat /sys/class/net/" + NAME + "/mtu"));
      assertEquals(NAME, tun.name());
    } finally {
      Harness.run("ip tuntap del dev " + NAME + " mode tun");
    }
  }

  @Test
  void saysWhyItCannotOpen() throws Exception {
    long before = Harness.openDescriptors();
    refuses("", 1420, Errno.EINVAL, "must not be empty");
    refuses("wg-with-long-nam", 1420, Errno.EINVAL, "'wg-with-long-nam' has 16 bytes");
    refuses("wgé-with-lo-nam", 1420, Errno.EINVAL, "has 16 bytes; Linux allows 15");
    refuses("a/b", 1420, Errno.EINVAL, "no interface name");
    refuses("a b", 1420, Errno.EINVAL, "no interface name");
    refuses("wg%d", 1420, Errno.EINVAL, "no interface name");
    refuses("..", 1420, Errno.EINVAL, "no interface name");
    refuses("lo", 1420, Errno.EINVAL, "an interface that is not a TUN");
    refuses(NAME, 67, Errno.EINVAL, "MTU of " + NAME + " to 67: it must be 68 to 65535");
    refuses(NAME, 65_536, Errno.EINVAL, "it must be 68 to 65535");
    try (TunDevice tun = Harness.tun(NAME, 1420, offloads)) {
      refuses(tun.name(), 1420, Errno.EBUSY, "another program uses the interface");
    }
    assertEquals(before, Harness.openDescriptors());
  }

  private void refuses(String name, int mtu, int errno, String text) {
    LinuxException e = assertThrows(LinuxException.class, () -> Harness.tun(name, mtu, offloads));
    assertEquals(errno, e.errno());
    assertTrue(String.valueOf(e.getMessage()).contains(text), e.getMessage());
  }

  private static void up(String address) {
    Harness.run("ip addr add " + address + " dev " + NAME);
    Harness.run("ip link set up dev " + NAME);
  }

  private static DatagramPacket datagram(byte[] payload, int length) throws IOException {
    return new DatagramPacket(payload, length, InetAddress.ofLiteral("198.18.7.2"), 9);
  }

  private static boolean isUdp(Batch batch, int slot) {
    return batch.memory().get(JAVA_BYTE, batch.offset(slot)) == 0x45
        && batch.memory().get(JAVA_BYTE, batch.offset(slot) + 9L) == 17;
  }

  /** Reads until a UDP packet comes; answers it without its IP header. */
  private static byte[] readUdp(TunDevice tun, PollDoorbell doorbell, Batch batch) {
    byte[][] found = new byte[1][];
    Harness.await(
        doorbell,
        () -> {
          tun.read(batch);
          for (int slot = 0; slot < batch.count() && found[0] == null; slot++) {
            if (isUdp(batch, slot)) {
              byte[] packet = Harness.bytes(batch, slot);
              found[0] = Arrays.copyOfRange(packet, 20, packet.length);
            }
          }
          return found[0] != null;
        });
    return found[0];
  }

  /** Adds "ping" by UDP without checksum, 198.18.7.2:9 to 198.18.7.1:7777. */
  private static void addUdp(Batch batch) {
    int slot = batch.reserve(32);
    MemorySegment packet = batch.memory().asSlice(batch.offset(slot), 32).fill((byte) 0);
    packet.set(JAVA_BYTE, 0, (byte) 0x45);
    packet.set(Inet.SHORT_BE, 2, (short) 32);
    packet.set(JAVA_BYTE, 8, (byte) 64);
    packet.set(JAVA_BYTE, 9, (byte) 17);
    packet.set(Inet.INT_BE, 12, 0xc6120702);
    packet.set(Inet.INT_BE, 16, 0xc6120701);
    packet.set(Inet.SHORT_BE, 10, (short) Checksum.of(packet, 0, 20));
    packet.set(Inet.SHORT_BE, 20, (short) 9);
    packet.set(Inet.SHORT_BE, 22, (short) 7777);
    packet.set(Inet.SHORT_BE, 24, (short) 12);
    MemorySegment.copy(new byte[] {'p', 'i', 'n', 'g'}, 0, packet, JAVA_BYTE, 28, 4);
  }
}
