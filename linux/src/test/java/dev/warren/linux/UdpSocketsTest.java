package dev.warren.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.warren.linux.Harness#offloads")
class UdpSocketsTest {
  private final Offloads offloads;
  private final UdpSockets alice;
  private final UdpSockets bob;
  private final Batch out = new Batch(64, 1 << 20);
  private final Batch in = new Batch(64, UdpSockets.receiveBytes(64));
  private final Harness.Report report = new Harness.Report();
  private int alicePort;
  private int bobPort;

  UdpSocketsTest(Offloads offloads) {
    this.offloads = offloads;
    alice = Harness.udp(offloads);
    bob = Harness.udp(offloads);
  }

  @BeforeEach
  void bind() {
    alicePort = alice.bind(0);
    bobPort = bob.bind(0);
    assertTrue(alicePort > 0 && bobPort > 0);
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  @Test
  void receivesWithSenderAndLocalAddress() {
    for (String address : List.of("127.0.0.1", "::1")) {
      out.clear();
      Harness.add(out, "hello", Harness.to(address, bobPort));
      assertEquals(1, alice.send(out, report));
      Harness.Datagram got = Harness.receive(bob, in);
      assertEquals("hello", got.text());
      Endpoint sender = got.from();
      assertEquals(Harness.ip(address), sender.address());
      assertEquals(alicePort, sender.port());
      assertEquals(Harness.ip(address), sender.source());
      assertEquals(loopbackIndex(), sender.sourceInterface());
      assertEquals(0, got.tos());
    }
    assertEquals(List.of(), report.failed);
  }

  @Test
  void bothFamiliesInOneBatch() {
    for (int i = 0; i < 5; i++) {
      Harness.add(out, "four " + i, Harness.to("127.0.0.1", bobPort));
      Harness.add(out, "six " + i, Harness.to("::1", bobPort));
    }
    assertEquals(10, alice.send(out, report));
    int four = 0;
    int six = 0;
    for (Harness.Datagram got : Harness.receive(bob, in, 10)) {
      boolean v6 = got.from().address().isV6();
      assertEquals(v6 ? "six " + six++ : "four " + four++, got.text());
    }
  }

  @Test
  void knownSenderIsTheSameObject() {
    Harness.add(out, "1", Harness.to("127.0.0.1", bobPort));
    alice.send(out, report);
    Endpoint first = Harness.receive(bob, in).from();
    alice.send(out, report);
    assertSame(first, Harness.receive(bob, in).from());
  }

  @Test
  void answersFromTheAddressThatWasAsked() {
    Harness.add(out, "question", Harness.to("127.0.0.2", bobPort));
    alice.send(out, report);
    Endpoint asker = Harness.receive(bob, in).from();
    assertEquals(Harness.ip("127.0.0.2"), asker.source());
    out.clear();
    Harness.add(out, "answer", asker);
    assertEquals(1, bob.send(out, report));
    assertEquals(Harness.ip("127.0.0.2"), Harness.receive(alice, in).from().address());
  }

  @Test
  void sendsOnceMoreWithoutSourceThatIsGone() {
    Endpoint stale4 =
        new Endpoint(Harness.ip("127.0.0.1"), bobPort, 0, Harness.ip("192.0.2.77"), 0);
    Endpoint stale6 = new Endpoint(Harness.ip("::1"), bobPort, 0, Harness.ip("2001:db8::77"), 0);
    Endpoint good = Harness.to("127.0.0.1", bobPort);
    Harness.add(out, "a", good);
    Harness.add(out, "b", stale4);
    Harness.add(out, "c", good);
    Harness.add(out, "d", stale6);
    int sent = alice.send(out, report);
    assertEquals(List.of(), report.failed);
    assertEquals(List.of(stale4, stale6), report.invalid);
    assertEquals(4, sent);
    Harness.receive(bob, in, 4);
    // What is remembered per message must not have lost the source for good: it may come back.
    assertEquals(4, alice.send(out, report));
    assertEquals(List.of(stale4, stale6, stale4, stale6), report.invalid);
  }

  @Test
  void tosGoesBothWays() {
    for (String address : List.of("127.0.0.1", "::1")) {
      for (int tos : new int[] {0x88, 0, 0x03, 0x01}) {
        out.clear();
        int slot = Harness.add(out, "x", Harness.to(address, bobPort));
        out.tos(slot, tos);
        assertEquals(1, alice.send(out, report));
        assertEquals(tos, Harness.receive(bob, in).tos(), address);
      }
    }
  }

  @Test
  void tosAndStickySourceTogether() {
    Endpoint sticky = new Endpoint(Harness.ip("127.0.0.1"), bobPort, 0, Harness.ip("127.0.0.3"), 1);
    int slot = Harness.add(out, "x", sticky);
    out.tos(slot, 0x88);
    assertEquals(1, alice.send(out, report));
    Harness.Datagram got = Harness.receive(bob, in);
    assertEquals(0x88, got.tos());
    assertEquals(Harness.ip("127.0.0.3"), got.from().address());
  }

  @Test
  void largestDatagramsArriveWhole() {
    byte[] large = new byte[65_507];
    new Random(1).nextBytes(large);
    String expected = new String(large, StandardCharsets.ISO_8859_1);
    for (String address : List.of("127.0.0.1", "::1")) {
      out.clear();
      for (int i = 0; i < 3; i++) {
        int slot = out.reserve(large.length);
        out.memory().asSlice(out.offset(slot), large.length).copyFrom(MemorySegment.ofArray(large));
        out.endpoint(slot, Harness.to(address, bobPort));
      }
      assertEquals(3, alice.send(out, report));
      for (Harness.Datagram got : Harness.receive(bob, in, 3)) {
        assertEquals(expected, got.text());
      }
    }
  }

  @Test
  void emptyDatagramCounts() {
    Harness.add(out, "", Harness.to("127.0.0.1", bobPort));
    assertEquals(1, alice.send(out, report));
    assertEquals("", Harness.receive(bob, in).text());
  }

  @Test
  void datagramsThatCannotGoAreToldAndTheOthersGo() {
    Harness.add(out, "0", Harness.to("127.0.0.1", bobPort));
    Harness.add(out, "1", Harness.to("127.0.0.1", 0));
    Harness.add(out, "2", Harness.to("127.0.0.1", bobPort));
    Harness.add(out, "3", null);
    int slot = out.reserve(65_508);
    out.endpoint(slot, Harness.to("127.0.0.1", bobPort));
    Harness.add(out, "5", Harness.to("127.0.0.1", bobPort));
    assertEquals(3, alice.send(out, report));
    // The one without endpoint is found before any call.
    assertEquals(List.of("3 EDESTADDRREQ", "1 EINVAL", "4 EMSGSIZE"), report.failed);
    assertEquals("5", Harness.receive(bob, in, 3).getLast().text());
    assertEquals(3, alice.sendFailures().total());
  }

  @Test
  void moreThanOneCallCanCarry() {
    Batch many = new Batch(300, 1 << 20);
    for (int i = 0; i < 300; i++) {
      Harness.add(many, "n" + i, Harness.to(i % 3 == 0 ? "::1" : "127.0.0.1", bobPort));
    }
    assertEquals(300, alice.send(many, report));
    Harness.receive(bob, in, 300);
  }

  @Test
  void smallBatchDropsOnlyWhatDoesNotFit() {
    // Joined they would be too large both.
    Harness.add(out, "x".repeat(3000), Harness.to("127.0.0.1", bobPort));
    alice.send(out, report);
    out.clear();
    Harness.add(out, "small", Harness.to("127.0.0.1", bobPort));
    alice.send(out, report);
    Batch small = new Batch(4, 2048);
    assertEquals("small", Harness.receive(bob, small).text());
    assertEquals(1, bob.receiveErrors().of(Errno.EMSGSIZE));
  }

  @Test
  void floodOnOneFamilyLeavesRoomForTheOther() throws LinuxException {
    Batch narrow = new Batch(128, UdpSockets.receiveBytes(2));
    for (int i = 0; i < 8; i++) {
      // Each longer than the one before: so they are not joined.
      Harness.add(out, "flood".repeat(i + 1), Harness.to("127.0.0.1", bobPort));
    }
    Harness.add(out, "quiet", Harness.to("::1", bobPort));
    alice.send(out, report);
    try (PollDoorbell doorbell = PollDoorbell.open(only(bob, 1))) {
      doorbell.await(-1);
    }
    List<Harness.Datagram> got = Harness.receive(bob, narrow, 9);
    assertTrue(got.subList(0, 4).stream().anyMatch(datagram -> datagram.text().equals("quiet")));
  }

  @Test
  void rebindToAnotherPortMovesBothFamilies() {
    int next = alice.bind(0);
    assertNotEquals(alicePort, next);
    Harness.add(out, "x", Harness.to("127.0.0.1", bobPort));
    alice.send(out, report);
    assertEquals(next, Harness.receive(bob, in).from().port());
    assertEquals(alicePort, bob.bind(alicePort), "the old port is free again");
  }

  @Test
  void rebindToTheSamePortKeepsWhatIsQueued() {
    Harness.add(out, "queued", Harness.to("127.0.0.1", bobPort));
    alice.send(out, report);
    assertEquals(bobPort, bob.bind(bobPort));
    assertEquals("queued", Harness.receive(bob, in).text());
  }

  @Test
  void rebindToATakenPortChangesNothing() throws IOException {
    assertEquals(-Errno.EADDRINUSE, alice.bind(bobPort));
    assertTrue(alice.isBound());
    Harness.add(out, "x", Harness.to("::1", bobPort));
    assertEquals(1, alice.send(out, report));
    assertEquals(alicePort, Harness.receive(bob, in).from().port());
    // Taken in IPv6 alone: IPv4 of that port must not stay behind.
    bob.unbind();
    long before = Harness.openDescriptors();
    int only6 = UdpSetup.open(true, bobPort, 0, Harness.switches(offloads));
    assertEquals(-Errno.EADDRINUSE, alice.bind(bobPort));
    Libc.close(only6);
    assertEquals(before, Harness.openDescriptors());
    assertEquals(bobPort, alice.bind(bobPort));
  }

  @Test
  void unboundNeitherSendsNorReceives() {
    Harness.add(out, "x", Harness.to("127.0.0.1", bobPort));
    alice.unbind();
    assertFalse(alice.isBound());
    assertEquals(0, alice.send(out, report));
    assertEquals(0, alice.receive(in));
    assertEquals(List.of(), report.failed);
  }

  @Test
  void closeLeavesNoDescriptors() throws IOException {
    long before = Harness.openDescriptors();
    for (int i = 0; i < 10; i++) {
      try (UdpSockets sockets = Harness.udp(offloads)) {
        sockets.bind(0);
        sockets.bind(0);
      }
    }
    assertEquals(before, Harness.openDescriptors());
  }

  @Test
  @HostTest(tun = false)
  void markIsSetNowAndAfterRebind() {
    assertEquals(0, alice.mark(0x1234));
    assertMark(0x1234);
    alice.bind(0);
    assertMark(0x1234);
    alice.mark(0);
    assertMark(0);
  }

  @Test
  @HostTest(tun = false)
  void buffersAreSevenMegabytesByForce() {
    for (int index = 0; index < 2; index++) {
      int fd = alice.pollDescriptor(index);
      // The kernel answers twice what was asked.
      assertEquals(14 << 20, UdpSetup.option(fd, Inet.SOL_SOCKET, Inet.SO_RCVBUF));
      assertEquals(14 << 20, UdpSetup.option(fd, Inet.SOL_SOCKET, Inet.SO_SNDBUF));
    }
  }

  private void assertMark(int mark) {
    for (int index = 0; index < 2; index++) {
      int fd = alice.pollDescriptor(index);
      assertEquals(mark, UdpSetup.option(fd, Inet.SOL_SOCKET, Inet.SO_MARK));
    }
  }

  private static PollSource only(PollSource source, int index) {
    return new PollSource() {
      @Override
      public int pollCount() {
        return 1;
      }

      @Override
      public int pollDescriptor(int ignored) {
        return source.pollDescriptor(index);
      }
    };
  }

  private static int loopbackIndex() {
    return Integer.parseInt(Harness.run("cat /sys/class/net/lo/ifindex"));
  }
}
