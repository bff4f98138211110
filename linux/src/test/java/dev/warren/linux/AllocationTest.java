package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.warren.hosttest.HostTest;
import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.Endpoint;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The data path allocates nothing per packet, nor per batch.
 *
 * <p>That holds of code that C2 has compiled: before, the JDK makes a segment of 40 bytes for the
 * errno of each call.
 */
@Timeout(120)
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 500;

  /** The compiler needs some of them; then all are alike. */
  private static final int TRIES = 1000;

  private final Batch out = new Batch(64, 1 << 20);
  private final Batch in = new Batch(64, UdpSockets.receiveBytes(64));
  private final Harness.Report report = new Harness.Report();

  @Test
  void udpBothFamiliesStickyWithTos() throws LinuxException {
    try (UdpSockets alice = new UdpSockets();
        UdpSockets bob = new UdpSockets();
        PollDoorbell doorbell = PollDoorbell.open(bob)) {
      alice.bind(0);
      int port = bob.bind(0);
      for (int i = 0; i < 16; i++) {
        Endpoint endpoint =
            i % 2 == 0
                ? new Endpoint(Harness.ip("127.0.0.1"), port, 0, Harness.ip("127.0.0.9"), 1)
                : Harness.to("::1", port);
        out.tos(Harness.add(out, "x".repeat(1300), endpoint), i % 3);
      }
      assertNothingAllocated(
          () -> {
            alice.send(out, report);
            int got = 0;
            while (got < 16) {
              if (bob.receive(in) == 0) {
                doorbell.await(1_000_000_000);
              }
              got += in.count();
            }
          });
      assertTrue(report.failed.isEmpty());
    }
  }

  @Test
  @HostTest(commands = "ip")
  void tunBothWays() throws LinuxException {
    String name = Harness.uniqueName("wa");
    try (TunDevice tun = TunDevice.open(name, 1420);
        PollDoorbell doorbell = PollDoorbell.open(tun)) {
      Harness.run("ip addr add 198.18.8.1/30 dev " + name + " && ip link set up dev " + name);
      // The kernel answers what it is asked.
      addEcho(out);
      addEcho(out);
      assertNothingAllocated(
          () -> {
            tun.write(out);
            int got = 0;
            while (got < 2) {
              if (tun.read(in) == 0) {
                doorbell.await(1_000_000_000);
              }
              got += in.count();
            }
          });
      assertEquals(0, tun.refused().total());
    }
  }

  @Test
  @HostTest(commands = "ip")
  void joinedAllTheWay() throws LinuxException {
    String name = Harness.uniqueName("wb");
    try (TunDevice tun = TunDevice.open(name, 1420);
        UdpSockets alice = new UdpSockets();
        UdpSockets bob = new UdpSockets();
        PollDoorbell doorbell = PollDoorbell.open(tun, bob)) {
      Harness.run("ip addr add 198.18.8.5/30 dev " + name + " && ip link set up dev " + name);
      alice.bind(0);
      Endpoint endpoint = Harness.to("198.18.8.6", bob.bind(0));
      Batch between = new Batch(64, 1 << 20);
      for (int i = 0; i < 32; i++) {
        Harness.add(out, "x".repeat(1300), endpoint);
      }
      // Sent as one, split, joined again, and received as one.
      assertNothingAllocated(
          () -> {
            alice.send(out, report);
            int got = 0;
            while (got < 32) {
              if (tun.read(between) + bob.receive(in) == 0) {
                doorbell.await(1_000_000_000);
              }
              swapAddresses(between);
              tun.write(between);
              got += in.count();
            }
          });
      assertEquals(0, tun.refused().total());
      assertTrue(report.failed.isEmpty());
    }
  }

  private static void swapAddresses(Batch batch) {
    for (int slot = 0; slot < batch.count(); slot++) {
      int at = batch.offset(slot) + 12;
      long both = batch.memory().get(Inet.LONG_BE, at);
      batch.memory().set(Inet.LONG_BE, at, both << 32 | both >>> 32);
    }
  }

  @Test
  void doorbell() throws LinuxException {
    try (PollDoorbell doorbell = PollDoorbell.open()) {
      assertNothingAllocated(
          () -> {
            doorbell.ring();
            doorbell.await(-1);
            doorbell.await(1);
          });
    }
  }

  private static void assertNothingAllocated(Runnable path) {
    long allocated = -1;
    for (int i = 0; i < TRIES && allocated != 0; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int round = 0; round < ROUNDS; round++) {
        path.run();
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertEquals(0, allocated, "bytes in " + ROUNDS + " rounds");
  }

  /** Adds an echo request, 198.18.8.2 to 198.18.8.1. */
  private static void addEcho(Batch batch) {
    int size = 28 + 56;
    int slot = batch.reserve(size);
    MemorySegment packet = batch.memory().asSlice(batch.offset(slot), size).fill((byte) 0);
    packet.set(JAVA_BYTE, 0, (byte) 0x45);
    packet.set(Inet.SHORT_BE, 2, (short) size);
    packet.set(JAVA_BYTE, 8, (byte) 64);
    packet.set(JAVA_BYTE, 9, (byte) 1);
    packet.set(Inet.INT_BE, 12, 0xc6120802);
    packet.set(Inet.INT_BE, 16, 0xc6120801);
    packet.set(Inet.SHORT_BE, 10, (short) Checksum.of(packet, 0, 20));
    packet.set(JAVA_BYTE, 20, (byte) 8);
    packet.set(Inet.SHORT_BE, 22, (short) Checksum.of(packet, 20, size - 20));
  }
}
