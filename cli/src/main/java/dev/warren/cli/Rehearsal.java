package dev.warren.cli;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.engine.Ports;
import dev.warren.linux.HostMemory;
import dev.warren.linux.LinuxException;
import dev.warren.linux.StandInHost;
import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.protocol.uapi.UapiParser;
import java.io.IOException;
import java.io.StringReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Two devices that talk to each other inside this process, so that the JVM has seen the data path
 * before the first real packet: single packets back and forth as ping sends them, and bursts of one
 * flow that the offloads join and split.
 *
 * <p>A daemon rehearses while it starts; the build rehearses for the ahead-of-time cache. Keys are
 * drawn for the occasion. The devices speak over UDP on loopback, each taking only what the other's
 * keys sealed; where there is no loopback, nothing is rehearsed.
 *
 * <p><b>Owner:</b> one thread; each device has its own as always.
 *
 * <p><b>Errors:</b> {@link LinuxException} at opening. Packets that get lost are not missed.
 */
final class Rehearsal {
  private static final int MTU = 1420;
  private static final int LEFT = 0x0a000001;
  private static final int RIGHT = 0x0a000002;

  /** A full super-packet is 46 segments. */
  private static final int BURST = 40;

  private static final int SLOTS = 64;
  private static final int SLOT_BYTES = 2048;

  /** For the batches of a device: enough for one burst. */
  private static final int MEMORY_BYTES = 1536 << 10;

  private static final long PATIENCE_NANOS = 20_000_000;
  private static final int GIVE_UP_AFTER = 10;

  private final Side left;
  private final Side right;
  private int sequence;
  private int inVain;
  private long passed;

  private Rehearsal(Side left, Side right) {
    this.left = left;
    this.right = right;
  }

  /** One device, and the two batches of the network that would be behind it. */
  private static final class Side implements AutoCloseable {
    final StandInHost host;
    final Engine engine;
    final Secret key = Secret.generate(RandomSource.secure());
    final Batch out;
    final Batch in;

    Side(String name, Arena arena) throws LinuxException {
      out = new Batch(SLOTS, arena.allocate(SLOTS * SLOT_BYTES, 64));
      in = new Batch(SLOTS, arena.allocate(SLOTS * SLOT_BYTES, 64));
      host = StandInHost.open(name, MTU);
      engine =
          RunCommand.engine(
              new Ports(host.tun(), host.udp(), host.doorbell()),
              0,
              HostMemory.allocate(arena, MEMORY_BYTES),
              new Log(Log.Level.SILENT, line -> {}));
    }

    PublicKey publicKey() {
      try (var imported = CryptoEngines.x25519().importPrivate(key)) {
        return imported.publicKey();
      }
    }

    void start(int port, Side peer, int peerPort) throws IOException, InterruptedException {
      String request =
          """
          set=1
          private_key=%s
          listen_port=%d
          public_key=%s
          endpoint=127.0.0.1:%d
          replace_allowed_ips=true
          allowed_ip=10.0.0.0/24

          """
              .formatted(key.revealHex(), port, peer.publicKey().toHex(), peerPort);
      if (new UapiParser(new StringReader(request), zone -> 0).next()
          instanceof UapiParser.Set(var change)) {
        engine.start();
        engine.apply(change);
        engine.linkUp();
      }
    }

    @Override
    public void close() {
      engine.close();
      host.close();
      key.close();
    }
  }

  /** Rehearses for a moment beside the start of a daemon. */
  static void inBackground() {
    Thread.ofPlatform().daemon().name("warren-rehearsal").start(Rehearsal::moment);
  }

  private static void moment() {
    try {
      long millis = Long.getLong("warren.rehearsal", 300);
      long n = millis <= 0 ? 0 : perform(millis * 1_000_000);
      if (Boolean.getBoolean("warren.rehearsal.tell")) System.err.println(n);
    } catch (LinuxException | IOException e) {
      // Nothing depends on it: the first packets will be slower.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Rehearses for some time, what it takes to begin not counted.
   *
   * @return how many packets arrived
   */
  static long perform(long nanos) throws LinuxException, IOException, InterruptedException {
    try (Arena arena = Arena.ofShared();
        Side left = new Side("left", arena);
        Side right = new Side("right", arena)) {
      // The ports are bound here, so that each can be told the other's; the devices find them so.
      int leftPort = Math.max(left.host.udp().bind(0), 0);
      int rightPort = Math.max(right.host.udp().bind(0), 0);
      left.start(leftPort, right, rightPort);
      right.start(rightPort, left, leftPort);
      Rehearsal rehearsal = new Rehearsal(left, right);
      rehearsal.play(System.nanoTime() + nanos);
      return rehearsal.passed;
    }
  }

  /** Exchanges packets until the time has come, or until they do not arrive. */
  void play(long untilNanos) {
    while (untilNanos - System.nanoTime() > 0 && inVain < GIVE_UP_AFTER) {
      for (int i = 0; i < 8; i++) {
        pass(left, right, LEFT, RIGHT, 1, 44);
        pass(right, left, RIGHT, LEFT, 1, 44);
      }
      pass(left, right, LEFT, RIGHT, BURST, MTU - 40);
      pass(right, left, RIGHT, LEFT, BURST, MTU - 40);
      sequence++;
    }
  }

  /** Sends some packets of one flow from one side to the other, and waits for them. */
  private void pass(Side from, Side to, int source, int destination, int count, int bytes) {
    Batch batch = from.out;
    batch.clear();
    for (int i = 0; i < count; i++) {
      int slot = batch.reserve(40 + bytes);
      packet(batch.memory(), batch.offset(slot), source, destination, bytes);
    }
    from.host.far().write(batch);
    int came = 0;
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (came < count) {
      int read = to.host.far().read(to.in);
      came += Math.max(read, 0);
      long left = end - System.nanoTime();
      if (left <= 0 || read < 0) {
        inVain++;
        return;
      }
      if (read == 0) {
        to.host.awaitPacket(left);
      }
    }
    inVain = 0;
    passed += count;
  }

  /** An IPv4 packet of TCP that carries on the flow. */
  private void packet(MemorySegment memory, int at, int source, int destination, int bytes) {
    ValueLayout.OfShort u16 = JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);
    ValueLayout.OfInt u32 = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    memory.asSlice(at, 40 + bytes).fill((byte) 0);
    memory.set(JAVA_BYTE, at, (byte) 0x45);
    memory.set(u16, at + 2, (short) (40 + bytes));
    memory.set(u16, at + 6, (short) 0x4000);
    memory.set(JAVA_BYTE, at + 8, (byte) 64);
    memory.set(JAVA_BYTE, at + 9, (byte) 6);
    memory.set(u32, at + 12, source);
    memory.set(u32, at + 16, destination);
    memory.set(u16, at + 10, (short) Checksum.of(memory, at, 20));
    int tcp = at + 20;
    memory.set(u16, tcp, (short) 5001);
    memory.set(u16, tcp + 2, (short) 5001);
    memory.set(u32, tcp + 4, sequence);
    sequence += bytes;
    memory.set(JAVA_BYTE, tcp + 12, (byte) 0x50);
    memory.set(JAVA_BYTE, tcp + 13, (byte) 0x10);
    memory.set(u16, tcp + 14, (short) 512);
    long sum =
        Checksum.pseudoV4(source, destination, 6, 20 + bytes)
            + Checksum.partial(memory, tcp, 20 + bytes);
    memory.set(u16, tcp + 16, (short) Checksum.finish(sum));
  }
}
