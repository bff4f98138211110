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
 * <p><b>Owner:</b> {@link #doWork} the device's thread; {@link #apply}, {@link #snapshot}, {@link
 * #stop}, {@link #awaitStopped} and the {@link LinkListener} methods any other thread.
 *
 * <p><b>Errors:</b> a port that fails for good stops the device with a line in the log; a bug does
 * the same, loudly. A configuration that cannot be applied answers a negative errno and changes
 * nothing.
 */
@Confined("device")
public final class Engine implements LinkListener {
  private static final int BATCH_SLOTS = 1024;
  private static final int TUN_BATCH_BYTES = 1 << 20;
  private static final int UDP_BATCH_BYTES = 5 << 20;

  /** Handshakes worked off between two batches of data: about a millisecond of work. */
  private static final int HANDSHAKES_PER_TURN = 4;

  private final Ports ports;
  private final MonotonicClock clock;
  private final Log log;
  private final Device device;
  private final CommandQueue commands;
  private final Batch fromTun = new Batch(BATCH_SLOTS, TUN_BATCH_BYTES);
  private final Batch fromUdp = new Batch(BATCH_SLOTS, UDP_BATCH_BYTES);
  private final Sending sending = new Sending();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private int listenPort;
  private int fwmark;
  private int lastReceiveError;
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
    this.ports = ports;
    this.clock = clock;
    this.log = log;
    this.commands = new CommandQueue(ports.doorbell());
    this.device = new Device(x25519, aead, random, wallClock, sending);
    device.mtu(ports.tun().mtu());
  }

  // Life.

  /** Starts the device's thread. */
  public void start() {
    Thread thread = new Thread(this::run, "warren-" + ports.tun().name());
    thread.start();
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

  private void run() {
    try {
      while (!stopping) {
        if (!doWork()) {
          await();
        }
      }
    } catch (RuntimeException | Error e) {
      failure = "a bug stopped the device: " + e;
      log.error(failure);
      throw e;
    } finally {
      close();
    }
  }

  /** Wipes the keys, closes the ports and fails the commands that still come. */
  public void close() {
    commands.close();
    device.close();
    ports.udp().close();
    ports.tun().close();
    ports.doorbell().close();
    stopped.countDown();
  }

  private void fail(String call, int errno) {
    failure = ports.tun().name() + ": " + call + ": errno " + -errno;
    log.error(failure);
    stopping = true;
  }

  // The device's thread.

  /**
   * Moves one batch each way, works off some handshakes, timers and commands.
   *
   * @return whether there was anything to do
   */
  public boolean doWork() {
    boolean worked = commands.runAll();
    long now = clock.nanos();
    worked |= outbound(now);
    worked |= inbound(now);
    worked |= device.onHandshakes(HANDSHAKES_PER_TURN, now) > 0;
    if (device.nextDeadlineNanos() <= now) {
      device.onDeadline(now);
    }
    device.outbox().flush();
    return worked;
  }

  /**
   * When {@link #doWork} has something to do even if nothing comes in; {@link Long#MAX_VALUE} for
   * never. For who steps the device.
   */
  public long nextDeadlineNanos() {
    return device.nextDeadlineNanos();
  }

  private void await() {
    long deadline = device.nextDeadlineNanos();
    long wait = deadline == Long.MAX_VALUE ? -1 : Math.max(0, deadline - clock.nanos());
    ports.doorbell().await(wait);
  }

  private boolean outbound(long now) {
    int read = ports.tun().read(fromTun);
    if (read <= 0) {
      if (read < 0) {
        fail("reading the interface", read);
      }
      return false;
    }
    device.onTunPackets(fromTun, now);
    // What waited for a keypair goes before what came after it.
    device.outbox().flush();
    sending.sendDatagrams(fromTun);
    return true;
  }

  private boolean inbound(long now) {
    int received = ports.udp().receive(fromUdp);
    if (received <= 0) {
      if (received < 0 && received != lastReceiveError) {
        // Said once: a network that is gone may say so on every call.
        log.error("receiving datagrams: errno " + -received);
        lastReceiveError = received;
      }
      return false;
    }
    lastReceiveError = 0;
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
        fail("writing to the interface", written);
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
   * Applies a whole request, or nothing of it.
   *
   * @return 0 or a negative errno
   * @throws CancellationException when the device has stopped
   */
  public int apply(DeviceChange change) throws InterruptedException {
    return commands.call(() -> applyNow(change));
  }

  /** The same without waiting: it is done in the next {@link #doWork}. For who steps the device. */
  public Future<Integer> submit(DeviceChange change) throws InterruptedException {
    return commands.submit(() -> applyNow(change));
  }

  /**
   * The state of the device and its peers at one moment.
   *
   * @throws CancellationException when the device has stopped
   */
  public DeviceSnapshot snapshot() throws InterruptedException {
    return commands.call(() -> device.snapshot(listenPort, fwmark));
  }

  private int applyNow(DeviceChange change) {
    // The sockets first: only they can refuse.
    Integer newMark = change.fwmark();
    int oldMark = fwmark;
    if (newMark != null && newMark != oldMark) {
      int error = ports.udp().mark(newMark);
      if (error < 0) {
        return error;
      }
      fwmark = newMark;
      device.forgetSources();
    }
    Integer newPort = change.listenPort();
    if (newPort != null && newPort != listenPort) {
      int error = listen(newPort);
      if (error < 0) {
        ports.udp().mark(oldMark);
        fwmark = oldMark;
        return error;
      }
    }
    int result = device.apply(change, clock.nanos());
    device.outbox().flush();
    return result;
  }

  /** Changes the port; sockets are only open while the interface is up. */
  private int listen(int port) {
    if (!device.isUp()) {
      listenPort = port;
      return 0;
    }
    int bound = ports.udp().bind(port);
    if (bound < 0) {
      return bound;
    }
    listenPort = bound;
    device.forgetSources();
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
    log.verbose("the interface is gone");
    stop();
  }

  private void up() {
    if (device.isUp()) {
      return;
    }
    int bound = ports.udp().bind(listenPort);
    if (bound < 0) {
      log.error("cannot listen on UDP port " + listenPort + ": errno " + -bound);
      return;
    }
    listenPort = bound;
    log.verbose("interface is up, listening on UDP port " + bound);
    device.up(clock.nanos());
    device.outbox().flush();
  }

  private void down() {
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
