package dev.warren.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of datagrams over loopback, and kernels that do not like them. */
@Timeout(60)
class UdpOffloadTest {
  private final RefusingKernel kernel = new RefusingKernel();
  private final List<String> off = new ArrayList<>();
  private final UdpSockets alice =
      new UdpSockets(
          new OffloadSwitches(
              Offloads.ALL, (which, errno) -> off.add(which + " " + Errno.name(errno))),
          kernel);
  private final UdpSockets bob = Harness.udp(Offloads.ALL);
  private final Batch out = new Batch(1024, 4 << 20);
  private final Batch in = new Batch(1024, UdpSockets.receiveBytes(16));
  private final Harness.Report report = new Harness.Report();
  private final List<String> sent = new ArrayList<>();
  private int bobPort;

  @BeforeEach
  void bind() {
    alice.bind(0);
    bobPort = bob.bind(0);
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  private void add(String text, Endpoint to) {
    sent.add(text);
    Harness.add(out, text, to);
  }

  private static String text(int i, int length) {
    String number = i + ":";
    return number + "x".repeat(length - number.length());
  }

  private void compare(int count) {
    assertEquals(count, alice.send(out, report));
    List<String> got =
        Harness.receive(bob, in, count).stream().map(Harness.Datagram::text).toList();
    assertEquals(sent, got);
    sent.clear();
    out.clear();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void equalDatagramsGoByRuns(String address) {
    Endpoint to = Harness.to(address, bobPort);
    for (int i = 0; i < 640; i++) {
      add(text(i, 100), to);
    }
    compare(640);
    assertEquals(10, kernel.runs, "64 at most");
    kernel.runs = 0;
    for (int i = 0; i < 100; i++) {
      add(text(i, 1452), to);
    }
    compare(100);
    assertEquals(3, kernel.runs, "45 of 1452 bytes at most");
  }

  @Test
  void aShorterOneEndsARunAndALongerOneBeginsOne() {
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    int[] lengths = {500, 500, 300, 300, 300, 500, 500, 20, 20, 600, 10};
    for (int i = 0; i < lengths.length; i++) {
      add(text(i, lengths[i]), to);
    }
    compare(lengths.length);
    assertEquals(4, kernel.runs); // 500 500 300, 300 300, 500 500 20, 20, 600 10
  }

  @Test
  void randomLengthsEndpointsAndTosArriveInOrder() {
    Random random = new Random(11);
    Endpoint[] to = {Harness.to("127.0.0.1", bobPort), Harness.to("127.0.0.2", bobPort)};
    for (int round = 0; round < 50; round++) {
      List<Integer> tos = new ArrayList<>();
      int current = 0;
      int length = 100;
      for (int i = 0; i < 300; i++) {
        current = random.nextInt(20) == 0 ? random.nextInt(8) : current;
        length = random.nextInt(10) == 0 ? 10 + random.nextInt(1400) : length;
        int slot = out.count();
        add(text(i, length), to[current & 1]);
        out.tos(slot, current >> 1);
        tos.add(current >> 1);
      }
      assertEquals(300, alice.send(out, report));
      List<Harness.Datagram> got = Harness.receive(bob, in, 300);
      assertEquals(sent, got.stream().map(Harness.Datagram::text).toList());
      assertEquals(tos, got.stream().map(Harness.Datagram::tos).toList());
      sent.clear();
      out.clear();
    }
    assertEquals(List.of(), report.failed);
  }

  @Test
  void emptyDatagramsAreNoPartOfARun() {
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    for (int i = 0; i < 12; i++) {
      add(i % 4 == 3 ? "" : text(i, 50), to);
    }
    compare(12);
    assertEquals(3, kernel.runs);
  }

  @Test
  void theLargestRunFits() {
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    int length = SendVector.RUN_LIMIT_BYTES / 2;
    add(text(0, length), to);
    add(text(1, length), to);
    add(text(2, length), to);
    compare(3);
    // Each is larger than loopback's segments may be? No: its MTU is 65536.
    assertEquals(1, kernel.runs);
  }

  @Test
  void theNetworkCardsRefusalSwitchesRunsOffAndLosesNothing() {
    kernel.refusal = Errno.EIO;
    kernel.goodBefore = 2;
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    for (int i = 0; i < 400; i++) {
      add(text(i, 1000), to);
    }
    compare(400);
    assertEquals(List.of("UDP_GSO EIO"), off);
    for (int i = 0; i < 100; i++) {
      add(text(i, 1000), to);
    }
    int refusals = kernel.refusals;
    compare(100);
    assertEquals(2, kernel.runs);
    assertEquals(refusals, kernel.refusals, "not tried again");
    assertEquals(List.of(), report.failed);
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.EINVAL, Errno.EMSGSIZE})
  void aPathsRefusalIsRememberedForItsEndpoint(int errno) {
    kernel.refusal = errno;
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    for (int i = 0; i < 20; i++) {
      add(text(i, 1000), to);
    }
    compare(20);
    assertEquals(1, kernel.refusals);
    kernel.refusal = 0;
    for (int i = 0; i < 20; i++) {
      add(text(i, 1000), to);
    }
    compare(20);
    assertEquals(0, kernel.runs);
    Endpoint other = Harness.to("127.0.0.2", bobPort);
    for (int i = 0; i < 20; i++) {
      add(text(i, 1000), other);
    }
    compare(20);
    assertEquals(1, kernel.runs);
    assertEquals(List.of(), off);
  }

  @Test
  void aRefusalByTheRealKernelLosesNothing() {
    // Without a checksum there are no runs: EINVAL, by the kernel itself.
    UdpSetup.set(alice.pollDescriptor(0), Inet.SOL_SOCKET, 11 /* SO_NO_CHECK */, 1);
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    for (int i = 0; i < 200; i++) {
      add(text(i, 1000), to);
    }
    compare(200);
    assertEquals(List.of(), report.failed);
  }

  @Test
  void aSourceThatIsGoneIsLeftOutOfARun() {
    Endpoint stale = new Endpoint(Harness.ip("127.0.0.1"), bobPort, 0, Harness.ip("192.0.2.77"), 0);
    for (int i = 0; i < 20; i++) {
      add(text(i, 1000), stale);
    }
    compare(20);
    assertEquals(List.of(stale), report.invalid);
    for (int i = 0; i < 20; i++) {
      add(text(i, 1000), stale.withoutSource());
    }
    int before = kernel.runs;
    compare(20);
    assertEquals(before + 1, kernel.runs, "the run was not at fault");
  }

  @Test
  void aRunThatCannotGoIsToldDatagramByDatagram() {
    Endpoint nowhere = Harness.to("127.0.0.1", 0);
    for (int i = 0; i < 3; i++) {
      Harness.add(out, "xx", nowhere);
    }
    Harness.add(out, "good", Harness.to("127.0.0.1", bobPort));
    assertEquals(1, alice.send(out, report));
    assertEquals(List.of("0 EINVAL", "1 EINVAL", "2 EINVAL"), report.failed);
    assertEquals("good", Harness.receive(bob, in).text());
  }

  @Test
  void aBatchTooSmallForARunGetsTheRestLater() {
    Batch small = new Batch(5, UdpSockets.receiveBytes(2));
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    for (int i = 0; i < 64; i++) {
      add(text(i, 1000), to);
    }
    add("last", to);
    assertEquals(65, alice.send(out, report));
    List<String> got =
        Harness.receive(bob, small, 65).stream().map(Harness.Datagram::text).toList();
    assertEquals(sent, got);
  }

  @Test
  void datagramsOfARunLieOneAfterAnother() {
    Endpoint to = Harness.to("127.0.0.1", bobPort);
    for (int i = 0; i < 40; i++) {
      add(text(i, 1000), to);
    }
    alice.send(out, report);
    int total = 0;
    while (total < 40) {
      bob.receive(in);
      for (int slot = 1; slot < in.count(); slot++) {
        assertEquals(in.offset(slot - 1) + 1000, in.offset(slot));
      }
      total += in.count();
    }
    assertEquals(40, total);
    assertTrue(in.count() > 1);
  }
}
