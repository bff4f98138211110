package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams and datagrams of this host through an interface and back.
 *
 * <p>Whatever is sent to 198.18.12.2 or fd12::2 is read from the interface, has its addresses
 * swapped, and is written back: so the host talks to itself, and takes the other address for its
 * partner. A sum that covers both addresses stays right.
 */
@HostTest(commands = "ip")
@Timeout(120)
class TunOffloadTest {
  private static final String NAME = Harness.uniqueName("wo");
  private static final int STREAM_BYTES = 8 << 20;

  private final RefusingKernel kernel = new RefusingKernel();
  private final List<String> off = new ArrayList<>();
  private final Batch batch = new Batch(256, 1 << 20);

  @SuppressWarnings("NullAway.Init") // Every test opens it as it likes.
  private TunDevice tun;

  @AfterEach
  void close() {
    tun.close();
  }

  private void open(Offloads offloads) throws LinuxException {
    OffloadListener listener = (which, errno) -> off.add(which + " " + Errno.name(errno));
    tun = TunDevice.open(NAME, 1420, new OffloadSwitches(offloads, listener), kernel);
    Harness.run("ip addr add 198.18.12.1/30 dev " + NAME);
    Harness.run("ip addr add fd12::1/64 nodad dev " + NAME);
    Harness.run("ip link set up dev " + NAME);
  }

  @ParameterizedTest
  @MethodSource("dev.warren.linux.Harness#offloads")
  void streamsArriveWhole(Offloads offloads) throws Exception {
    open(offloads);
    stream("198.18.12");
    stream("fd12:");
    assertEquals(List.of(), off);
    assertEquals(0, tun.refused().total());
    assertEquals(0, tun.unreadable().total());
    if (offloads.tunTso()) {
      assertTrue(kernel.superPackets > 100, "super-packets " + kernel.superPackets);
    } else {
      assertEquals(0, kernel.superPackets);
    }
  }

  @Test
  void streamsArriveWholeThroughASmallBatch() throws Exception {
    open(Offloads.ALL);
    Batch small = new Batch(7, TunDevice.BATCH_MIN_BYTES);
    stream("198.18.12", small);
    assertEquals(0, tun.unreadable().total());
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aKernelThatRefusesSuperPacketsLosesNothing(int errno) throws Exception {
    kernel.refusal = errno;
    kernel.goodBefore = 20;
    open(Offloads.ALL);
    stream("198.18.12");
    assertEquals(List.of("TUN_TSO " + Errno.name(errno)), off);
    assertEquals(20, kernel.superPackets);
    assertEquals(0, tun.refused().total());
  }

  static List<Integer> refusals() {
    return List.of(Errno.EINVAL, Errno.EIO);
  }

  @Test
  void datagramsStayWhatTheyWere() throws Exception {
    open(Offloads.ALL);
    try (UdpSockets alice = Harness.udp(Offloads.ALL);
        UdpSockets bob = Harness.udp(Offloads.ALL);
        PollDoorbell doorbell = PollDoorbell.open(tun, bob)) {
      alice.bind(0);
      int port = bob.bind(0);
      for (String network : List.of("198.18.12.", "fd12::")) {
        exchange(alice, bob, doorbell, network + "2", port);
      }
    }
    assertEquals(List.of(), off);
    assertTrue(kernel.superPackets >= 2, "super-packets " + kernel.superPackets);
    assertEquals(0, tun.refused().total() + tun.unreadable().total());
  }

  @Test
  void aKernelThatRefusesJoinedDatagramsLosesNone() throws Exception {
    kernel.refusal = Errno.EINVAL;
    open(Offloads.ALL);
    try (UdpSockets alice = Harness.udp(Offloads.ALL);
        UdpSockets bob = Harness.udp(Offloads.ALL);
        PollDoorbell doorbell = PollDoorbell.open(tun, bob)) {
      alice.bind(0);
      int port = bob.bind(0);
      exchange(alice, bob, doorbell, "198.18.12.2", port);
      exchange(alice, bob, doorbell, "198.18.12.2", port);
    }
    assertEquals(List.of("TUN_USO EINVAL"), off);
    assertEquals(0, tun.refused().total());
  }

  @Test
  void anInterfaceThatIsDownIsNoReasonToSwitchOff() throws Exception {
    open(Offloads.ALL);
    Harness.run("ip link set down dev " + NAME);
    batch.clear();
    for (int i = 0; i < 3; i++) {
      addUdp(batch, i);
    }
    assertEquals(0, tun.write(batch));
    assertEquals(1, kernel.superPackets);
    assertEquals(List.of(), off);
    assertEquals(3, tun.refused().of(Errno.EIO));
  }

  @Test
  void anOldKernelIsAskedForLess() throws Exception {
    int tso = 0x01 | 0x02 | 0x04 | 0x08;
    int uso = 0x20 | 0x40;
    kernel.refusedFlags = uso;
    open(Offloads.ALL);
    assertEquals(List.of(tso | uso, tso), kernel.flagsAsked);
    assertEquals(List.of("TUN_USO EINVAL"), off);
    stream("198.18.12");
    assertTrue(kernel.superPackets > 50);
    tun.close();

    off.clear();
    kernel.flagsAsked.clear();
    kernel.refusedFlags = ~0;
    kernel.superPackets = 0;
    open(Offloads.ALL);
    assertEquals(List.of(tso | uso, tso, 0), kernel.flagsAsked);
    assertEquals(List.of("TUN_USO EINVAL", "TUN_TSO EINVAL"), off);
    stream("198.18.12");
    assertEquals(0, kernel.superPackets);
  }

  private void exchange(
      UdpSockets alice, UdpSockets bob, PollDoorbell doorbell, String address, int port) {
    Harness.Report report = new Harness.Report();
    Batch out = new Batch(64, 1 << 20);
    Random random = new Random(5);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String text = i + "x".repeat(i % 10 == 9 ? random.nextInt(1200) : 1200 + i % 3 * i / 10);
      sent.add(text);
      Harness.add(out, text, Harness.to(address, port));
    }
    assertEquals(30, alice.send(out, report));
    assertEquals(List.of(), report.failed);
    Batch in = new Batch(256, UdpSockets.receiveBytes(8));
    List<String> got = new ArrayList<>();
    Harness.await(
        doorbell,
        () -> {
          reflect(batch);
          bob.receive(in);
          for (int slot = 0; slot < in.count(); slot++) {
            got.add(new String(Harness.bytes(in, slot), UTF_8));
          }
          return got.size() >= sent.size();
        });
    assertEquals(sent, got);
  }

  private void stream(String network) throws Exception {
    stream(network, batch);
  }

  /** Sends bytes over a connection through the interface, and compares what arrives. */
  private void stream(String network, Batch batch) throws Exception {
    byte[] bytes = new byte[STREAM_BYTES];
    new Random(9).nextBytes(bytes);
    String separator = network.endsWith(":") ? ":" : ".";
    InetAddress here = InetAddress.ofLiteral(network + separator + "1");
    InetAddress there = InetAddress.ofLiteral(network + separator + "2");
    try (ServerSocket server = new ServerSocket(0, 1, here);
        PollDoorbell doorbell = PollDoorbell.open(tun)) {
      CompletableFuture<byte[]> received = new CompletableFuture<>();
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                receive(server, received);
                doorbell.ring();
              });
      Thread.ofPlatform()
          .daemon()
          .start(() -> send(new InetSocketAddress(there, server.getLocalPort()), bytes, received));
      Harness.await(
          doorbell,
          () -> {
            reflect(batch);
            return received.isDone();
          });
      assertArrayEquals(bytes, received.get());
    }
  }

  private static void receive(ServerSocket server, CompletableFuture<byte[]> received) {
    try (Socket socket = server.accept();
        InputStream in = socket.getInputStream()) {
      received.complete(in.readNBytes(STREAM_BYTES));
    } catch (IOException e) {
      received.completeExceptionally(e);
    }
  }

  private static void send(InetSocketAddress to, byte[] bytes, CompletableFuture<byte[]> received) {
    try (Socket socket = new Socket()) {
      socket.connect(to);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      received.join();
    } catch (IOException e) {
      received.completeExceptionally(e);
    }
  }

  /** Hands back what the interface has, with addresses swapped. */
  private void reflect(Batch batch) {
    while (tun.read(batch) > 0) {
      for (int slot = 0; slot < batch.count(); slot++) {
        MemorySegment packet = batch.memory().asSlice(batch.offset(slot), batch.length(slot));
        boolean v4 = packet.get(JAVA_BYTE, 0) >>> 4 == 4;
        int at = v4 ? 12 : 8;
        int bytes = v4 ? 4 : 16;
        byte[] source = packet.asSlice(at, bytes).toArray(JAVA_BYTE);
        MemorySegment.copy(packet, at + bytes, packet, at, bytes);
        MemorySegment.copy(source, 0, packet, JAVA_BYTE, at + bytes, bytes);
      }
      tun.write(batch);
    }
  }

  private static void addUdp(Batch batch, int id) {
    int slot = batch.reserve(128);
    MemorySegment packet = batch.memory().asSlice(batch.offset(slot), 128).fill((byte) 0);
    packet.set(JAVA_BYTE, 0, (byte) 0x45);
    packet.set(Inet.SHORT_BE, 2, (short) 128);
    packet.set(Inet.SHORT_BE, 4, (short) id);
    packet.set(JAVA_BYTE, 8, (byte) 64);
    packet.set(JAVA_BYTE, 9, (byte) 17);
    packet.set(Inet.INT_BE, 12, 0xc6120c02);
    packet.set(Inet.INT_BE, 16, 0xc6120c01);
    packet.set(Inet.SHORT_BE, 10, (short) Checksum.of(packet, 0, 20));
    packet.set(Inet.INT_BE, 20, 0x00090009);
    packet.set(Inet.SHORT_BE, 24, (short) 108);
    long pseudo = Checksum.pseudoV4(0xc6120c02, 0xc6120c01, 17, 108);
    long sum = pseudo + Checksum.partial(packet, 20, 108);
    packet.set(Inet.SHORT_BE, 26, (short) Checksum.finish(sum));
  }
}
