package dev.warren.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * UDP over a link of its own.
 *
 * <pre>
 *   left 198.18.10.1, fe80::a1  =====  right fe80::b1
 * </pre>
 */
@HostTest(commands = "ip", tun = false)
@Timeout(60)
@ParameterizedClass
@MethodSource("dev.warren.linux.Harness#offloads")
class UdpLinksTest {
  private static final String LEFT = Harness.uniqueName("wl");
  private static final String RIGHT = Harness.uniqueName("wr");

  private final UdpSockets alice;
  private final UdpSockets bob;
  private final Batch out = new Batch(256, 1 << 20);
  private final Batch in = new Batch(64, UdpSockets.receiveBytes(64));
  private final Harness.Report report = new Harness.Report();
  private int bobPort;

  UdpLinksTest(Offloads offloads) {
    alice = Harness.udp(offloads);
    bob = Harness.udp(offloads);
  }

  @BeforeEach
  void configure() {
    Harness.run("ip link add " + LEFT + " type veth peer name " + RIGHT);
    Harness.run("ip link set up dev " + LEFT + "; ip link set up dev " + RIGHT);
    Harness.run("ip addr add 198.18.10.1/24 dev " + LEFT);
    Harness.run("ip addr add fe80::a1/64 dev " + LEFT + " nodad");
    Harness.run("ip addr add fe80::b1/64 dev " + RIGHT + " nodad");
    alice.bind(0);
    bobPort = bob.bind(0);
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    Harness.run("ip link del " + LEFT);
  }

  @Test
  void linkLocalEndpointsHaveAZone() {
    Endpoint zoned = new Endpoint(Harness.ip("fe80::b1"), bobPort, index(LEFT), null, 0);
    Harness.add(out, "question", zoned);
    alice.send(out, report);
    assertEquals(List.of(), report.failed);
    Endpoint asker = Harness.receive(bob, in).from();
    assertEquals(index(RIGHT), asker.scopeId());
    assertEquals(index(RIGHT), asker.sourceInterface());
    assertEquals(Harness.ip("fe80::b1"), asker.source());
    assertTrue(asker.address().isLinkLocalV6());
    out.clear();
    Harness.add(out, "answer", asker);
    bob.send(out, report);
    Harness.Datagram answer = Harness.receive(alice, in);
    assertEquals("answer", answer.text());
    assertEquals(index(LEFT), answer.from().scopeId());
  }

  @Test
  void vanishedInterfaceIsNoLongerAskedFor() {
    Endpoint stale =
        new Endpoint(Harness.ip("fe80::b1"), bobPort, index(LEFT), Harness.ip("fe80::a2"), 4711);
    Harness.add(out, "x", stale);
    assertEquals(1, alice.send(out, report));
    assertEquals(List.of(stale), report.invalid);
    assertEquals("x", Harness.receive(bob, in).text());
  }

  @Test
  void fullBufferIsWaitedForThenTheRestIsDropped() {
    // Nobody answers for this address, so its packets wait, and they count against the buffer.
    int fd = alice.pollDescriptor(0);
    UdpSetup.set(fd, Inet.SOL_SOCKET, Inet.SO_SNDBUF, 8192);
    for (int i = 0; i < 200; i++) {
      Harness.add(out, "x".repeat(1000), Harness.to("198.18.10.77", 9));
    }
    Harness.add(out, "other family", Harness.to("::1", bobPort));
    long start = System.nanoTime();
    int sent = alice.send(out, report);
    long took = System.nanoTime() - start;
    assertTrue(sent > 1 && sent < 200, "sent " + sent);
    assertEquals(201 - sent, report.failed.size());
    assertEquals((sent - 1) + " EAGAIN", report.failed.getFirst());
    assertEquals(201 - sent, alice.sendFailures().of(Errno.EAGAIN));
    assertTrue(took >= UdpSender.WAIT_LIMIT_NANOS, "took " + took);
    assertEquals("other family", Harness.receive(bob, in).text());
  }

  @Test
  void largeDatagramsAreFragmentedWithoutDf() {
    // The link's MTU is 1500; a datagram of 9000 bytes arrives whole all the same.
    Endpoint zoned = new Endpoint(Harness.ip("fe80::b1"), bobPort, index(LEFT), null, 0);
    Harness.add(out, "x".repeat(9000), zoned);
    assertEquals(1, alice.send(out, report));
    assertEquals(9000, Harness.receive(bob, in).text().length());
  }

  @Test
  void manyThatAreTooLargeForTheLinkArriveInOrder() {
    Harness.run("ip link set mtu 1280 dev " + LEFT);
    Endpoint zoned = new Endpoint(Harness.ip("fe80::b1"), bobPort, index(LEFT), null, 0);
    for (int i = 0; i < 100; i++) {
      Harness.add(out, (char) i + "x".repeat(1451), zoned);
    }
    for (int round = 0; round < 3; round++) {
      assertEquals(100, alice.send(out, report));
      List<Harness.Datagram> got = Harness.receive(bob, in, 100);
      for (int i = 0; i < 100; i++) {
        assertEquals(1452, got.get(i).text().length());
        assertEquals((char) i, got.get(i).text().charAt(0));
      }
    }
    assertEquals(List.of(), report.failed);
  }

  private static int index(String name) {
    return Integer.parseInt(Harness.run("cat /sys/class/net/" + name + "/ifindex"));
  }
}
