package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A host with two links; behind them the test plays the network.
 *
 * <pre>
 *   198.18.5.1 first  ----+
 *                         +---- 198.18.4.9, the peer
 *   198.18.5.5 second ----+
 * </pre>
 */
@HostTest(commands = "ip")
@Timeout(60)
class StickySourcesTest {
  private static final String FIRST = Harness.uniqueName("ws");
  private static final String SECOND = Harness.uniqueName("wt");
  private static final IpAddress PEER = Harness.ip("198.18.4.9");
  private static final IpAddress FIRST_ADDRESS = Harness.ip("198.18.5.1");
  private static final IpAddress SECOND_ADDRESS = Harness.ip("198.18.5.5");

  private final TunDevice first = TunDevice.open(FIRST, 1420);
  private final TunDevice second = TunDevice.open(SECOND, 1420);
  private final UdpSockets udp = new UdpSockets();
  private final PollDoorbell doorbell = PollDoorbell.open(first, second);
  private final Batch packets = new Batch(64, 1 << 18);
  private final Batch datagrams = new Batch(4, UdpSockets.receiveBytes(4));
  private final Harness.Report report = new Harness.Report();
  private int port;

  StickySourcesTest() throws LinuxException {}

  @BeforeEach
  void configure() {
    Harness.run("ip addr add 198.18.5.1/32 dev " + FIRST);
    Harness.run("ip addr add 198.18.5.5/32 dev " + SECOND);
    for (String name : List.of(FIRST, SECOND)) {
      Harness.run("ip link set up dev " + name);
      Harness.run("echo 0 > /proc/sys/net/ipv4/conf/" + name + "/rp_filter");
    }
    Harness.run("ip route add 198.18.4.0/24 dev " + FIRST + " src 198.18.5.1 metric 2");
    port = udp.bind(0);
  }

  @AfterEach
  void close() {
    udp.close();
    first.close();
    second.close();
    doorbell.close();
  }

  @Test
  void staysWhileTheRouteDoes() {
    Endpoint peer = hear(first, FIRST_ADDRESS);
    assertEquals(FIRST_ADDRESS, peer.source());
    for (int i = 0; i < 3; i++) {
      assertEquals(FIRST_ADDRESS, answer(peer, first));
    }
    Harness.run("ip route add 198.18.3.0/24 dev " + SECOND);
    awaitChange();
    assertEquals(FIRST_ADDRESS, answer(peer, first));
    assertEquals(List.of(), report.invalid);
  }

  @Test
  void goesWhenAnotherRouteTakesOver() {
    Endpoint peer = hear(first, FIRST_ADDRESS);
    assertEquals(FIRST_ADDRESS, answer(peer, first));
    Harness.run("ip route add 198.18.4.0/24 dev " + SECOND + " src 198.18.5.5 metric 1");
    awaitChange();
    assertEquals(SECOND_ADDRESS, answer(peer, second));
    assertEquals(List.of(peer), report.invalid);
    // What comes to the other link then is the new source.
    Endpoint moved = hear(second, SECOND_ADDRESS);
    assertEquals(SECOND_ADDRESS, answer(moved, second));
    assertEquals(SECOND_ADDRESS, answer(moved, second));
    assertEquals(List.of(peer), report.invalid);
  }

  @Test
  void goesWhenTheLinkGoesDown() {
    Harness.run("ip route add 198.18.4.0/24 dev " + SECOND + " src 198.18.5.5 metric 3");
    Endpoint peer = hear(first, FIRST_ADDRESS);
    assertEquals(FIRST_ADDRESS, answer(peer, first));
    // Of the routes that go with the link netlink says nothing.
    Harness.run("ip link set down dev " + FIRST);
    awaitChange();
    assertEquals(SECOND_ADDRESS, answer(peer, second));
    assertEquals(List.of(peer), report.invalid);
  }

  @Test
  void goesWhenARuleForTheMarkSaysSo() {
    Endpoint peer = hear(first, FIRST_ADDRESS);
    assertEquals(FIRST_ADDRESS, answer(peer, first));
    Harness.run("ip route add 198.18.4.0/24 dev " + SECOND + " src 198.18.5.5 table 7788");
    Harness.run("ip rule add fwmark 0x7788 table 7788 priority 7788");
    try {
      awaitChange();
      assertEquals(FIRST_ADDRESS, answer(peer, first));
      assertEquals(0, udp.mark(0x7788));
      assertEquals(SECOND_ADDRESS, answer(peer, second));
      assertEquals(List.of(peer), report.invalid);
    } finally {
      Harness.run("ip rule del priority 7788");
    }
  }

  @Test
  void goesWhenTheAddressIsRemoved() {
    Harness.run("ip addr add 198.18.5.2/32 dev " + FIRST);
    IpAddress other = Harness.ip("198.18.5.2");
    Endpoint peer = hear(first, other);
    assertEquals(other, answer(peer, first));
    Harness.run("ip addr del 198.18.5.2/32 dev " + FIRST);
    assertEquals(FIRST_ADDRESS, answer(peer, first));
    assertEquals(List.of(peer), report.invalid);
    assertEquals(List.of(), report.failed);
  }

  @Test
  void noMoreThanSoManyRoutesAreAskedForAtOnce() {
    int peers = StickySources.CHECK_LIMIT * 2 + 5;
    Batch many = new Batch(peers, 1 << 18);
    for (int i = 0; i < peers; i++) {
      int slot = Harness.add(many, "x", null);
      IpAddress peer = IpAddress.v4(0xc6120400 + 1 + i);
      many.endpoint(slot, new Endpoint(peer, 9, 0, FIRST_ADDRESS, index(FIRST)));
    }
    assertEquals(peers, udp.send(many, report));
    assertEquals(peers, udp.send(many, report));
    Harness.run("ip route add 198.18.4.0/24 dev " + SECOND + " src 198.18.5.5 metric 1");
    awaitChange();
    for (int i = 1; i <= 3; i++) {
      assertEquals(peers, udp.send(many, report));
    }
    assertEquals(
        StickySources.CHECK_LIMIT + 2 * StickySources.CHECK_LIMIT + peers, report.invalid.size());
  }

  /** Lets so much time pass that the next send hears of what was changed before. */
  private void awaitChange() {
    long end = System.nanoTime() + StickySources.HEAR_EVERY_NANOS;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      doorbell.await(left);
      first.read(packets);
      second.read(packets);
    }
  }

  /** Lets the peer send a datagram in by a link. */
  private Endpoint hear(TunDevice link, IpAddress to) {
    packets.clear();
    int slot = packets.reserve(32);
    MemorySegment packet = packets.memory().asSlice(packets.offset(slot), 32).fill((byte) 0);
    packet.set(JAVA_BYTE, 0, (byte) 0x45);
    packet.set(Inet.SHORT_BE, 2, (short) 32);
    packet.set(JAVA_BYTE, 8, (byte) 64);
    packet.set(JAVA_BYTE, 9, (byte) 17);
    PEER.write(packet, 12);
    to.write(packet, 16);
    packet.set(Inet.SHORT_BE, 10, (short) Checksum.of(packet, 0, 20));
    packet.set(Inet.SHORT_BE, 20, (short) 9);
    packet.set(Inet.SHORT_BE, 22, (short) port);
    packet.set(Inet.SHORT_BE, 24, (short) 12);
    assertEquals(1, link.write(packets));
    return Harness.receive(udp, datagrams).from();
  }

  /** Answers the peer; tells the source address of what leaves by a link. */
  private IpAddress answer(Endpoint peer, TunDevice link) {
    Batch batch = new Batch(1, 1 << 12);
    Harness.add(batch, "answer", peer);
    assertEquals(1, udp.send(batch, report));
    IpAddress[] source = new IpAddress[1];
    Harness.await(
        doorbell,
        () -> {
          assertTrue(link.read(packets) >= 0);
          (link == first ? second : first).read(datagrams);
          for (int slot = 0; slot < packets.count(); slot++) {
            MemorySegment packet =
                packets.memory().asSlice(packets.offset(slot), packets.length(slot));
            if (packet.get(JAVA_BYTE, 0) == 0x45 && packet.get(JAVA_BYTE, 9) == 17) {
              source[0] = IpAddress.readV4(packet, 12);
            }
          }
          return source[0] != null;
        });
    return source[0];
  }

  private static int index(String name) {
    return Integer.parseInt(Harness.run("cat /sys/class/net/" + name + "/ifindex"));
  }
}
