package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.UdpPort;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the tests of this room share: commands of the host, and waiting without sleeping. */
final class Harness {
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private Harness() {}

  /** Runs a command of the host and answers its output; a failure fails the test. */
  static String run(String command) {
    try {
      Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        fail(command + ": " + output);
      }
      return output;
    } catch (IOException e) {
      return fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fail(e);
    }
  }

  /** An interface name that no other test process uses. */
  static String uniqueName(String prefix) {
    String name = prefix + ProcessHandle.current().pid();
    return name.length() <= 15 ? name : name.substring(0, 15);
  }

  /** How many descriptors of the kinds that this room opens this process has open. */
  static long openDescriptors() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.map(Harness::target).filter(Harness::isOurs).count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // The one that listed them, gone by now.
    }
  }

  private static boolean isOurs(String target) {
    // Jars and the like are the JVM's; it opens them when it likes.
    return target.startsWith("socket:")
        || target.startsWith("net:")
        || target.contains("eventfd")
        || target.equals("/dev/net/tun");
  }

  /** Waits by the doorbell until something holds; fails the test when it never does. */
  static void await(PollDoorbell doorbell, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        fail("waited in vain");
      }
      doorbell.await(left);
    }
  }

  /**
   * Receives until this many datagrams have come: loopback hands a burst over piece by piece when
   * the machine is busy. It waits only when nothing more was there, as the engine does.
   */
  static List<Datagram> receive(UdpSockets udp, Batch batch, int count) {
    List<Datagram> datagrams = new ArrayList<>();
    try (PollDoorbell doorbell = PollDoorbell.open(udp)) {
      await(
          doorbell,
          () -> {
            while (udp.receive(batch) > 0) {
              for (int slot = 0; slot < batch.count(); slot++) {
                datagrams.add(
                    new Datagram(
                        new String(bytes(batch, slot), StandardCharsets.ISO_8859_1),
                        Objects.requireNonNull(batch.endpoint(slot)),
                        batch.tos(slot)));
              }
            }
            return datagrams.size() >= count;
          });
      assertEquals(count, datagrams.size());
      return datagrams;
    } catch (LinuxException e) {
      return fail(e);
    }
  }

  /** Receives one datagram. */
  static Datagram receive(UdpSockets udp, Batch batch) {
    return receive(udp, batch, 1).getFirst();
  }

  /** Sockets with these offloads, of which the kernel must refuse none. */
  static UdpSockets udp(Offloads offloads) {
    return new UdpSockets(switches(offloads), OffloadCalls.KERNEL);
  }

  /** An interface with these offloads, of which the kernel must refuse none. */
  static TunDevice tun(String name, int mtu, Offloads offloads) throws LinuxException {
    return TunDevice.open(name, mtu, switches(offloads), OffloadCalls.KERNEL);
  }

  static OffloadSwitches switches(Offloads offloads) {
    return new OffloadSwitches(
        offloads, (offload, errno) -> fail(offload.title() + ": " + Errno.name(errno)));
  }

  /** All offloads, none, and each alone. */
  static List<Offloads> offloads() {
    return List.of(
        Offloads.ALL,
        Offloads.NONE,
        new Offloads(true, false, true, false),
        new Offloads(false, true, false, true));
  }

  static IpAddress ip(String text) {
    return Objects.requireNonNull(IpAddress.parse(text), text);
  }

  static Endpoint to(String address, int port) {
    return new Endpoint(ip(address), port);
  }

  /** Puts a datagram of text into a batch. */
  static int add(Batch batch, String text, @Nullable Endpoint endpoint) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int slot = batch.reserve(bytes.length);
    MemorySegment.copy(bytes, 0, batch.memory(), JAVA_BYTE, batch.offset(slot), bytes.length);
    batch.endpoint(slot, endpoint);
    return slot;
  }

  static byte[] bytes(Batch batch, int slot) {
    return batch.memory().asSlice(batch.offset(slot), batch.length(slot)).toArray(JAVA_BYTE);
  }

  /** Notes what a send reported. */
  static final class Report implements UdpPort.SendListener {
    final List<Endpoint> invalid = new ArrayList<>();
    final List<String> failed = new ArrayList<>();

    @Override
    public void sourceInvalid(Endpoint endpoint) {
      invalid.add(endpoint);
    }

    @Override
    public void failed(int slot, int errno) {
      failed.add(slot + " " + Errno.name(errno));
    }
  }

  /** A datagram received; each char of the text is a byte. */
  record Datagram(String text, Endpoint from, int tos) {}
}
