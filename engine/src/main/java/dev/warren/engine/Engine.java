package dev.warren.engine;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.X25519;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.LinkListener;
import dev.warren.packet.UdpPort;
import dev.warren.packet.owner.Confined;
import dev.warren.protocol.Counters;
import dev.warren.protocol.Device;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.Outbox;
import dev.warren.protocol.WallClock;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Runs one device: a single thread that reads, seals, sends, receives, opens and writes, each batch
 * to its end, and waits only when both sides were found empty.
 *
 * <p>One thread owns the core, so no packet meets a lock. Every queue is bounded: the kernel's own
 * towards us (it drops the newest), the batches here (what does not fit stays in the kernel), the
 * core's handshake queue and staged packets (see there), and the commands (callers wait).
 *
 * <p>The device is up while its interface is, provided that its port could be had. Where it could
 * not, the next request that names a port or a mark tries again.
 *
 * <p><b>Owner:</b> {@link #doWork} the device's thread; {@link #apply}, {@link #snapshot}, {@link
 * #stop}, {@link #awaitStopped}, {@link #close} and the {@link LinkListener} methods any other
 * thread.
 *
 * <p><b>Errors:</b> a port that fails for good stops the device with a line in the log; a bug does
 * the same, loudly; an interface that is deleted stops it as well, but is no failure. A
 * configuration that cannot be applied answers a negative errno and changes nothing.
 */
@Confined("device")
public final class Engine implements LinkListener, AutoCloseable {
  private static final int TUN_BATCH_SLOTS = 1024;

  /**
   * Two joined messages. More would come to the receiving program in one burst, which its socket
   * cannot hold, and leave the cache before they are written.
   */
  private static final int UDP_BATCH_SLOTS = 128;

  /**
   * The memory of the batches that makes the best of the offloads: room for datagrams of any size
   * where the kernel does not join them; else hardly touched.
   */
  public static final int MEMORY_BYTES = 6 << 20;

  /** What part of it packets take; the sockets want 64 KiB for each message. */
  private static final int TUN_PART = 6;

  /** Handshakes worked off between two batches of data: about a millisecond of work. */
  private static final int HANDSHAKES_PER_TURN = 4;

  private static final int EBADFD = 77;
  private static final int EADDRINUSE = 98;

  private final Ports ports;
  private final MonotonicClock clock;
  private final Log log;
  private final Device device;
  private final CipherCrew crew;
  private final FloodDoor floodDoor;
  private final CommandQueue commands;
  private final Batch fromTun;
  private final Batch fromUdp;
  private final Sending sending = new Sending();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private int listenPort;
  private int fwmark;
  private boolean linkIsUp;
  private volatile @Nullable Thread thread;
  private volatile boolean stopping;
  private volatile @Nullable String failure;

  /** An engine for ports that are open; nothing moves before {@link #start} or {@link #doWork}. */
  public Engine(
      Ports ports,
      X25519 x25519,
      AeadEngine aead,
      RandomSource random,
      WallClock wallClock,
      MonotonicClock clock,
      Log log) {
    this(ports, x25519, aead, random, wallClock, clock, 0, log);
  }

  /**
   * The same with threads that share the cryptography, where the cipher's contexts bear that.
   *
   * @param workers how many threads besides the device's own; see {@link #suitableWorkers}
   */
  public Engine(
      Ports ports,
      X25519 x25519,
      AeadEngine aead,
      RandomSource random,
      WallClock wallClock,
      MonotonicClock clock,
      int workers,
      Log log) {
    this(
        ports,
        x25519,
        aead,
        random,
        wallClock,
        clock,
        workers,
        Arena.ofAuto().allocate(MEMORY_BYTES, 64),
        log);
  }

  /**
   * The same with memory of the caller's for the batches, which outlives the engine; {@link
   * #MEMORY_BYTES} or, where speed does not matter, less.
   */
  public Engine(
      Ports ports,
      X25519 x25519,
      AeadEngine aead,
      RandomSource random,
      WallClock wallClock,
      MonotonicClock clock,
      int workers,
      MemorySegment memory,
      Log log) {
    long tunBytes = memory.byteSize() / TUN_PART;
    this.fromTun = new Batch(TUN_BATCH_SLOTS, memory.asSlice(0, tunBytes));
    this.fromUdp = new Batch(UDP_BATCH_SLOTS, memory.asSlice(tunBytes));
    this.ports = ports;
    this.clock = clock;
    this.log = log;
    this.commands = new CommandQueue(ports.doorbell());
    this.crew = new CipherCrew(aead.isShareable() ? workers : 0, "warren-" + ports.tun().name());
    this.device = new Device(x25519, aead, random, wallClock, sending, crew);
    this.floodDoor = new FloodDoor(device.flood(), ports.udp(), log);
    device.mtu(ports.tun().mtu());
  }

  /** How many threads should share the cryptography on a machine with so many cores. */
  public static int suitableWorkers(int cores) {
    return CipherCrew.suitableWorkers(cores);
  }

  // Life.

  /** Starts the device's thread; once. */
  public void start() {
    Thread started = new Thread(this::run, "warren-" + ports.tun().name());
    thread = started;
    started.start();
  }

  /** Asks the device to stop; {@link #awaitStopped} tells when it has. */
  public void stop() {
    stopping = true;
    ports.doorbell().ring();
  }

  /** Whether the device has not been asked to stop, nor stopped by itself. */
  public boolean isRunning() {
    return !stopping && stopped.getCount() > 0;
  }

  /**
   * Waits until the device has stopped and its ports are closed.
   *
   * @return null, or what it failed of
   */
  public @Nullable String awaitStopped() throws InterruptedException {
    stopped.await();
    return failure;
  }

  /**
   * Stops the device and waits until it has. One that was never started is closed by the caller's
   * thread, which is the one that stepped it.
   */
  @Override
  public void close() {
    stop();
    Thread running = thread;
    if (running == null) {
      shutDown();
    }
    boolean interrupted = false;
    while (running != null && running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        // What fails for good stops the device from inside, and then nobody may ring.
        if (!doWork() && !stopping) {
          await();
        }
      }
    } catch (RuntimeException | Error e) {
      failure = "a bug stopped the device";
      failure = failure + ": " + e;
      log.error(failure);
      throw e;
    } finally {
      shutDown();
    }
  }

  /** Fails the commands that still come, wipes the keys and closes the ports, whatever happens. */
  private void shutDown() {
    try {
      commands.close();
      crew.close();
      device.close();
    } finally {
      try {
        ports.udp().close();
        ports.tun().close();
        ports.doorbell().close();
      } finally {
        stopped.countDown();
      }
    }
  }

  private void fail(String call, int errno) {
    failure = ports.tun().name() + ": " + call + ": errno " + -errno;
    log.error(failure);
    stopping = true;
  }

  private void failTun(String call, int errno) {
    if (errno == -EBADFD) {
      linkGone();
    } else {
      fail(call, errno);
    }
  }

  // The device's thread.

  /**
   * Moves one batch each way, works off some handshakes, timers and commands.
   *
   * @return whether there was anything to do
   */
  public boolean doWork() {
    boolean worked = commands.runNext();
    long now = clock.nanos();
    worked |= outbound(now);
    worked |= inbound(now);
    worked |= device.onHandshakes(HANDSHAKES_PER_TURN, now) > 0;
    if (device.nextDeadlineNanos() <= now) {
      device.onDeadline(now);
    }
    floodDoor.update(now);
    device.outbox().flush();
    return worked;
  }

  /**
   * When {@link #doWork} has something to do even if nothing comes in; {@link Long#MAX_VALUE} for
   * never. For who steps the device.
   */
  public long nextDeadlineNanos() {
    return Math.min(device.nextDeadlineNanos(), floodDoor.nextNanos());
  }

  private void await() {
    long deadline = nextDeadlineNanos();
    long wait = deadline == Long.MAX_VALUE ? -1 : Math.max(0, deadline - clock.nanos());
    ports.doorbell().await(wait);
  }

  private boolean outbound(long now) {
    int read = ports.tun().read(fromTun);
    if (read <= 0) {
      if (read < 0) {
        failTun("reading the interface", read);
      }
      return false;
    }
    // Also while the device is down: the first packets may come before the news that the interface
    // is up. They are staged until then.
    device.onTunPackets(fromTun, now);
    // What waited for a keypair goes before what came after it.
    device.outbox().flush();
    sending.sendDatagrams(fromTun);
    return true;
  }

  private boolean inbound(long now) {
    int received = ports.udp().receive(fromUdp);
    if (received <= 0) {
      if (received < 0) {
        fail("receiving datagrams", received);
      }
      return false;
    }
    device.onDatagrams(fromUdp, now);
    sending.writePackets(fromUdp);
    device.outbox().flush();
    return true;
  }

  /** Hands batches to the ports and counts what they refuse. */
  private final class Sending implements Outbox.Outlet, UdpPort.SendListener {
    @Override
    public void sendDatagrams(Batch batch) {
      if (!batch.isEmpty()) {
        ports.udp().send(batch, this);
      }
    }

    @Override
    public void writePackets(Batch batch) {
      if (batch.isEmpty()) {
        return;
      }
      int offered = batch.count();
      int written = ports.tun().write(batch);
      if (written < 0) {
        failTun("writing to the interface", written);
      } else if (written < offered) {
        device.counters().drop(DropReason.WRITE_FAILED, offered - written);
      }
    }

    @Override
    public void sourceInvalid(Endpoint endpoint) {
      device.forgetSource(endpoint);
    }

    @Override
    public void failed(int slot, int errno) {
      device.counters().drop(DropReason.SEND_FAILED);
    }
  }

  // Configuration, from any thread.

  /** What was dropped, and why. */
  public Counters counters() {
    return device.counters();
  }

  /**
   * Applies a whole request, or nothing of it. Either way the keys in it are taken over or wiped.
   *
   * @return 0 or a negative errno
   * @throws CancellationException when the device has stopped
   */
  public int apply(DeviceChange change) throws InterruptedException {
    try {
      return commands.call(() -> applyNow(change));
    } catch (CancellationException e) {
      change.wipe();
      throw e;
    }
  }

  /** The same without waiting: each {@link #doWork} does one. For who steps the device. */
  public Future<Integer> submit(DeviceChange change) throws InterruptedException {
    return commands.submit(() -> applyNow(change));
  }

  /**
   * The state of the device and its peers at one moment.
   *
   * @throws CancellationException when the device has stopped
   */
  public DeviceSnapshot snapshot() throws InterruptedException {
    return commands.ask(() -> device.snapshot(listenPort, fwmark));
  }

  private int applyNow(DeviceChange change) {
    int refused = device.check(change);
    if (refused == 0) {
      // The sockets before the rest: they can refuse, and after them nothing can.
      refused = applyToSockets(change.listenPort(), change.fwmark());
    }
    if (refused < 0) {
      change.wipe();
      return refused;
    }
    int result = device.apply(change, clock.nanos());
    device.outbox().flush();
    return result;
  }

  /** Sets port and mark, both or neither. The sockets are only open while the interface is up. */
  private int applyToSockets(@Nullable Integer newPort, @Nullable Integer newMark) {
    int port = newPort == null ? listenPort : newPort;
    int mark = newMark == null ? fwmark : newMark;
    boolean retries = !device.isUp() && (newPort != null || newMark != null);
    if (mark != fwmark) {
      int error = ports.udp().mark(mark);
      if (error < 0) {
        return error;
      }
    }
    if (linkIsUp && (port != listenPort || retries)) {
      int bound = ports.udp().bind(port);
      if (bound < 0) {
        ports.udp().mark(fwmark);
        return bound;
      }
      port = bound;
    }
    if (port != listenPort || mark != fwmark) {
      device.forgetSources();
    }
    listenPort = port;
    fwmark = mark;
    if (linkIsUp && retries) {
      deviceUp();
    }
    return 0;
  }

  // News of the interface, from the port's watching thread.

  @Override
  public void linkUp() {
    post(this::up);
  }

  @Override
  public void linkDown() {
    post(this::down);
  }

  @Override
  public void linkMtu(int mtu) {
    post(
        () -> {
          device.mtu(mtu);
          log.verbose("MTU is now " + mtu);
        });
  }

  @Override
  public void linkGone() {
    if (!stopping) {
      log.verbose("the interface is gone");
    }
    stop();
  }

  private void up() {
    linkIsUp = true;
    if (device.isUp()) {
      return;
    }
    int bound = ports.udp().bind(listenPort);
    if (bound < 0) {
      String name = ports.tun().name();
      String why = bound == -EADDRINUSE ? "another program has it" : "errno " + -bound;
      log.error(
          ("%s is up, but passes nothing: it cannot listen on UDP port %d (%s);"
                  + " free it, or choose another, and say so: wg set %s listen-port PORT")
              .formatted(name, listenPort, why, name));
      return;
    }
    listenPort = bound;
    device.forgetSources();
    deviceUp();
  }

  private void deviceUp() {
    log.verbose("interface is up, listening on UDP port " + listenPort);
    device.up(clock.nanos());
    device.outbox().flush();
  }

  private void down() {
    linkIsUp = false;
    if (device.isUp()) {
      device.down();
      ports.udp().unbind();
      log.verbose("interface is down");
    }
  }

  private void post(Runnable command) {
    try {
      commands.post(command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
