package dev.warren.sim;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.engine.Ports;
import dev.warren.packet.Doorbell;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.memory.MemoryNetwork;
import dev.warren.packet.memory.MemoryTun;
import dev.warren.packet.memory.MemoryUdp;
import dev.warren.packet.owner.Confined;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A host with one device: an engine that the world steps, its ports, and a clock of day.
 *
 * <p>What is configured through it survives {@link #restart}, as a configuration file would.
 *
 * <p><b>Owner:</b> the world's thread.
 */
@Confined("sim")
public final class Host {
  private static final int PORT = 51820;
  private static final int MTU = 1420;
  private static final int QUEUE_PACKETS = 10_000;
  private static final long EPOCH_NANOS = 1_700_000_000L * Clock.SECOND;

  private final String name;
  private final IpAddress address;
  private final MemoryNetwork network;
  private final Clock clock;
  private final Random random;
  private final Map<PublicKey, PeerSettings> peers = new LinkedHashMap<>();
  private byte[] privateKey;
  private PublicKey publicKey;
  private long epochOffsetNanos;

  private MemoryTun tun;
  private MemoryUdp udp;
  private Engine engine;
  private @Nullable String expectedComplaint;

  Host(String name, String address, MemoryNetwork network, Clock clock, Random random) {
    this.name = name;
    this.address = Objects.requireNonNull(IpAddress.parse(address));
    this.network = network;
    this.clock = clock;
    this.random = random;
    this.privateKey = randomKey();
    this.publicKey = publicKeyOf(privateKey);
    this.tun = newTun();
    this.udp = newUdp();
    this.engine = boot();
  }

  /** Its address on the network. */
  public IpAddress address() {
    return address;
  }

  /** Where it listens. */
  public Endpoint endpoint() {
    return new Endpoint(address, PORT);
  }

  /** Its public key. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Its inner interface. */
  public MemoryTun tun() {
    return tun;
  }

  /** How many packets its device dropped for a reason, since it started. */
  public long dropped(DropReason reason) {
    return engine.counters().dropped(reason);
  }

  // Configuration.

  /** Configures a peer: adds it, or changes what the settings say otherwise than before. */
  public void peer(PeerSettings settings) {
    peers.put(settings.publicKey(), settings);
    apply(new DeviceChange(null, null, null, false, List.of(settings.toChange())));
  }

  /** Takes a peer away. */
  public void removePeer(PublicKey key) {
    peers.remove(key);
    PeerChange.Builder change = new PeerChange.Builder(key);
    change.remove();
    apply(new DeviceChange(null, null, null, false, List.of(change.build())));
  }

  /** Draws another private key. */
  public void changeKey() {
    privateKey = randomKey();
    publicKey = publicKeyOf(privateKey);
    apply(new DeviceChange(Secret.of(privateKey, 0), null, null, false, List.of()));
  }

  /** Sets the interface down. */
  public void down() {
    tun.down();
    step();
  }

  /** Sets the interface up. */
  public void up() {
    tun.up();
    step();
  }

  /** Sets the clock of day forward or back. */
  public void jumpWallClock(long nanos) {
    epochOffsetNanos += nanos;
  }

  /** Dies without a word and comes back with the same configuration. */
  public void restart() {
    engine.close();
    tun = newTun();
    udp = newUdp();
    engine = boot();
    for (PeerSettings settings : List.copyOf(peers.values())) {
      peer(settings);
    }
  }

  // The world's side.

  boolean step() {
    boolean worked = engine.doWork();
    return worked || engine.nextDeadlineNanos() <= clock.nanos();
  }

  long nextDeadlineNanos() {
    return engine.nextDeadlineNanos();
  }

  private Engine boot() {
    Engine booted =
        new Engine(
            new Ports(tun, udp, SILENT_BELL),
            CryptoEngines.x25519(),
            CryptoEngines.aead(),
            randomSource(new Random(random.nextLong())),
            () -> EPOCH_NANOS + clock.nanos() + epochOffsetNanos,
            clock,
            new Log(Log.Level.ERROR, this::complain));
    engine = booted;
    apply(new DeviceChange(Secret.of(privateKey, 0), PORT, null, false, List.of()));
    tun.listener(booted);
    up();
    return booted;
  }

  private void apply(DeviceChange change) {
    try {
      Future<Integer> result = engine.submit(change);
      step();
      if (result.resultNow() != 0) {
        throw new IllegalStateException(name + " refuses: errno " + -result.resultNow());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets lines with this in them pass; any other line of the log is a failure. */
  public void expectComplaint(String part) {
    expectedComplaint = part;
  }

  private void complain(String line) {
    if (expectedComplaint == null || !line.contains(expectedComplaint)) {
      throw new IllegalStateException(name + " complains: " + line);
    }
  }

  private MemoryTun newTun() {
    return new MemoryTun(name, MTU, QUEUE_PACKETS);
  }

  private MemoryUdp newUdp() {
    return new MemoryUdp(network, address);
  }

  private byte[] randomKey() {
    byte[] key = new byte[Secret.BYTES];
    random.nextBytes(key);
    return key;
  }

  private static PublicKey publicKeyOf(byte[] privateKey) {
    return CryptoEngines.x25519().importPrivate(Secret.of(privateKey, 0)).publicKey();
  }

  private static RandomSource randomSource(Random random) {
    return new RandomSource() {
      @Override
      public void fill(byte[] dst, int offset, int length) {
        for (int i = 0; i < length; i++) {
          dst[offset + i] = (byte) random.nextInt();
        }
      }

      @Override
      public int nextInt() {
        return random.nextInt();
      }
    };
  }

  @Override
  public String toString() {
    return name;
  }

  /** The world steps its devices: nobody waits for a bell. */
  private static final Doorbell SILENT_BELL =
      new Doorbell() {
        @Override
        public void await(long nanos) {
          throw new IllegalStateException("a stepped device does not wait");
        }

        @Override
        public void ring() {}

        @Override
        public void close() {}
      };
}
