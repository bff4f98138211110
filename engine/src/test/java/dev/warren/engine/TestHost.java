package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import dev.warren.packet.IpAddress;
import dev.warren.packet.memory.MemoryDoorbell;
import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.packet.memory.MemoryTun;
import dev.warren.packet.memory.MemoryUdp;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.uapi.UapiParser;
import dev.warren.protocol.uapi.UapiWriter;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An engine on ports in memory, and the things around it that a test wants to see or turn.
 *
 * <p>Configured in the words of the configuration protocol, and read back in them.
 */
final class TestHost implements AutoCloseable {
  static final int QUEUE_PACKETS = 256;
  static final String NAME = "wg-test";

  private static final long AGAIN_NANOS = 500_000_000;
  private static final int PAYLOAD_OFFSET = 28;
  private static final AtomicInteger SERIAL = new AtomicInteger();

  final MemoryDoorbell doorbell = new MemoryDoorbell();
  final MemoryTun tun = new MemoryTun(NAME, 1420, QUEUE_PACKETS);
  final MemoryUdp udp;
  final FaultyPorts.Tun faultyTun = new FaultyPorts.Tun(tun);
  final FaultyPorts.Udp faultyUdp;
  final List<String> log = new CopyOnWriteArrayList<>();
  final Secret privateKey = Secret.generate(RandomSource.secure());
  final String publicKey;
  final IpAddress address;
  final Engine engine;

  TestHost(MemoryNetwork network, String... addresses) {
    this(network, CryptoEngines.x25519(), CryptoEngines.aead(), addresses);
  }

  TestHost(MemoryNetwork network, X25519 x25519, AeadEngine aead, String... addresses) {
    IpAddress[] parsed = new IpAddress[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      parsed[i] = ip(addresses[i]);
    }
    address = parsed[0];
    udp = new MemoryUdp(network, parsed);
    faultyUdp = new FaultyPorts.Udp(udp);
    try (var key = CryptoEngines.x25519().importPrivate(privateKey)) {
      publicKey = key.publicKey().toHex();
    }
    engine =
        new Engine(
            new Ports(faultyTun, faultyUdp, doorbell),
            x25519,
            aead,
            RandomSource.secure(),
            () -> System.currentTimeMillis() * 1_000_000,
            MonotonicClock.jvm(),
            new Log(Log.Level.VERBOSE, log::add));
    tun.doorbell(doorbell);
    tun.listener(engine);
    udp.doorbell(doorbell);
  }

  /** Two hosts, running and up, that have each other as peers; the second learns the endpoint. */
  static TestHost[] pair(MemoryNetwork network) throws Exception {
    TestHost a = new TestHost(network, "192.0.2.1");
    TestHost b = new TestHost(network, "192.0.2.2");
    return pair(a, b);
  }

  static TestHost[] pair(TestHost a, TestHost b) throws Exception {
    a.start();
    b.start();
    assertEquals(0, a.set("private_key=" + a.privateKey.revealHex(), "listen_port=1111"));
    assertEquals(0, b.set("private_key=" + b.privateKey.revealHex(), "listen_port=2222"));
    assertEquals(0, a.set(peer(b, 2, "endpoint=" + b.address + ":2222")));
    assertEquals(0, b.set(peer(a, 1)));
    return new TestHost[] {a, b};
  }

  /** The lines that add a peer with the inner address 10.0.0.{@code number}. */
  static String[] peer(TestHost other, int number, String... more) {
    String[] lines = new String[more.length + 2];
    lines[0] = "public_key=" + other.publicKey;
    lines[1] = "allowed_ip=10.0.0." + number + "/32";
    System.arraycopy(more, 0, lines, 2, more.length);
    return lines;
  }

  void start() {
    engine.start();
    tun.up();
  }

  /** Applies a request. */
  int set(String... lines) throws InterruptedException {
    return engine.apply(change(lines));
  }

  static DeviceChange change(String... lines) {
    String request = "set=1\n" + String.join("\n", lines) + (lines.length == 0 ? "\n" : "\n\n");
    try {
      return new UapiParser(new StringReader(request), name -> 0).next()
              instanceof UapiParser.Set(var change)
          ? change
          : reject(request);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static DeviceChange reject(String request) {
    throw new IllegalArgumentException(request);
  }

  /** The lines of a get. */
  List<String> get() throws InterruptedException {
    StringBuilder out = new StringBuilder();
    try (DeviceSnapshot snapshot = engine.snapshot()) {
      UapiWriter.write(snapshot, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString().lines().toList();
  }

  /** What a get says of {@code key} first, or an empty text. */
  String get(String key) throws InterruptedException {
    return get().stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse("");
  }

  long dropped(DropReason reason) {
    return engine.counters().dropped(reason);
  }

  /** Brings a packet from one to the other; again, now and then, in case it gets lost. */
  static void exchange(TestHost from, int fromNumber, TestHost to, int toNumber) {
    byte[] packet = packet(fromNumber, toNumber, 60);
    ByteBuffer.wrap(packet).putInt(PAYLOAD_OFFSET, SERIAL.incrementAndGet());
    AtomicLong sentNanos = new AtomicLong(Long.MIN_VALUE);
    Await.until(
        "a packet from " + from.address + " to " + to.address,
        () -> {
          long now = System.nanoTime();
          if (sentNanos.get() == Long.MIN_VALUE || now - sentNanos.get() > AGAIN_NANOS) {
            sentNanos.set(now);
            from.tun.push(packet);
          }
          byte[] taken;
          do {
            taken = to.tun.take();
          } while (taken != null && !Arrays.equals(taken, packet));
          return taken != null;
        });
  }

  /** An IPv4 packet from 10.0.0.{@code from} to 10.0.0.{@code to}. */
  static byte[] packet(int from, int to, int length) {
    byte[] packet = new byte[length];
    packet[0] = 0x45;
    packet[2] = (byte) (length >> 8);
    packet[3] = (byte) length;
    packet[8] = 64;
    packet[9] = 17;
    packet[12] = 10;
    packet[15] = (byte) from;
    packet[16] = 10;
    packet[19] = (byte) to;
    return packet;
  }

  static IpAddress ip(String text) {
    return Objects.requireNonNull(IpAddress.parse(text));
  }

  boolean logged(String part) {
    return log.stream().anyMatch(line -> line.contains(part));
  }

  @Override
  public void close() {
    engine.close();
  }
}
