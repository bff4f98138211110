package dev.warren.embed.port;

import dev.warren.crypto.CryptoEngine;
import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.engine.MonotonicClock;
import dev.warren.engine.Ports;
import dev.warren.linux.BootClock;
import dev.warren.linux.HostMemory;
import dev.warren.linux.LinuxException;
import dev.warren.linux.PollDoorbell;
import dev.warren.linux.UdpSockets;
import dev.warren.packet.Doorbell;
import dev.warren.packet.TunPort;
import dev.warren.packet.UdpPort;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * UDP, a wait, a clock and cryptography for one tunnel: the kernel's by native calls where the
 * program allows them, else the JDK's.
 *
 * <p>Native calls are allowed where the JVM was started with {@code --enable-native-access} for the
 * modules {@code dev.warren.linux} and {@code dev.warren.crypto}, or for {@code ALL-UNNAMED} where
 * they are on the class path. The system property {@code warren.embed.native}, {@code true} or
 * {@code false}, overrides that.
 *
 * <p><b>Owner:</b> the thread that opens the tunnel; the parts as they say.
 *
 * <p><b>Errors:</b> {@link IOException} at opening; nothing stays open then.
 */
@Shared
public final class Backend implements AutoCloseable {
  /** The system property that forces a backend. */
  public static final String PROPERTY = "warren.embed.native";

  private final UdpPort udp;
  private final Doorbell doorbell;
  private final MonotonicClock clock;
  private final CryptoEngine crypto;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final String description;
  private boolean engineMade;

  private Backend(
      UdpPort udp, Doorbell doorbell, MonotonicClock clock, CryptoEngine crypto, boolean isNative) {
    this.udp = udp;
    this.doorbell = doorbell;
    this.clock = clock;
    this.crypto = crypto;
    memory =
        isNative
            ? HostMemory.allocate(arena, Engine.MEMORY_BYTES)
            : arena.allocate(Engine.MEMORY_BYTES, 64);
    description = (isNative ? "native, " : "NIO, ") + crypto.description();
  }

  /** Opens the one wished for, null for the best that is allowed. */
  public static Backend open(@Nullable Boolean wishedNative) throws IOException {
    boolean isNative = wishedNative == null ? isNativePreferred() : wishedNative;
    return isNative ? openNative() : openChannels();
  }

  private static boolean isNativePreferred() {
    String property = System.getProperty(PROPERTY, "");
    if (!property.isEmpty()) {
      return Boolean.parseBoolean(property);
    }
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")
        && UdpSockets.class.getModule().isNativeAccessEnabled()
        && CryptoEngines.class.getModule().isNativeAccessEnabled();
  }

  private static Backend openNative() throws IOException {
    UdpSockets udp = new UdpSockets();
    try {
      PollDoorbell doorbell = PollDoorbell.open(udp);
      return new Backend(
          udp, doorbell, new BootClock()::nanos, CryptoEngines.inUse(), /* isNative= */ true);
    } catch (LinuxException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Backend openChannels() throws IOException {
    SelectorDoorbell doorbell = SelectorDoorbell.open();
    return new Backend(
        new ChannelUdp(doorbell),
        doorbell,
        MonotonicClock.jvm(),
        CryptoEngines.jdk(),
        /* isNative= */ false);
  }

  /** What the device's thread waits on. */
  public Doorbell doorbell() {
    return doorbell;
  }

  /** The clock of the device's thread; of it alone. */
  public MonotonicClock clock() {
    return clock;
  }

  /** The cryptography. */
  public CryptoEngine crypto() {
    return crypto;
  }

  /** Which one it is, for the log. */
  public String description() {
    return description;
  }

  /** The engine between this tunnel side and our UDP, waiting on {@code bell}. */
  public Engine engine(TunPort tun, Doorbell bell, Log log) {
    engineMade = true;
    return new Engine(
        new Ports(tun, udp, bell),
        crypto.x25519(),
        crypto.aead(),
        RandomSource.secure(),
        Backend::epochNanos,
        clock,
        0,
        memory,
        log);
  }

  private static long epochNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** Gives the memory back; the engine, which closes the ports, was closed or never made. */
  @Override
  public void close() {
    if (!engineMade) {
      udp.close();
      doorbell.close();
    }
    arena.close();
  }
}
