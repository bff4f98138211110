package dev.warren.interop.stack;

import dev.warren.interop.host.Namespace;
import dev.warren.linux.LinuxException;
import dev.warren.linux.PollDoorbell;
import dev.warren.linux.TunDevice;
import dev.warren.netstack.Stack;
import dev.warren.netstack.StackSettings;
import dev.warren.packet.Batch;
import dev.warren.packet.IpAddress;
import dev.warren.sim.stack.LinkFaults;
import dev.warren.sim.stack.PacketLink;
import dev.warren.sim.stack.StackObserver;
import dev.warren.sim.stack.WirePacket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A stack whose link ends in a namespace's TUN interface, with a relay between.
 *
 * <p>The relay is a thread, the stack's owner: it carries packets both ways over links with faults,
 * and answers as a router would to what is too big for it. An observer reads every packet.
 *
 * <p>Owner: any thread; what only the owner may do waits for the owner.
 */
final class StackOnTun implements AutoCloseable {
  static final String DEVICE = "tun0";
  static final int MTU = 1420;
  static final IpAddress LINUX_V4 = address("10.77.0.1");
  static final IpAddress LINUX_V6 = address("fd77::1");
  static final IpAddress STACK_V4 = address("10.77.0.2");
  static final IpAddress STACK_V6 = address("fd77::2");
  private static final IpAddress ROUTER_V4 = address("10.77.0.254");
  private static final IpAddress ROUTER_V6 = address("fd77::fe");

  private static final int BATCH_PACKETS = 256;
  private static final int BATCH_BYTES = 1 << 20;
  private static final long SECOND = 1_000_000_000;

  private final Namespace namespace = Namespace.create();
  private final TunDevice tun;
  private final PollDoorbell doorbell;
  private final Stack stack;
  private final StackObserver observer;
  private final PacketLink toStack;
  private final PacketLink toLinux;
  private final Batch reading = new Batch(BATCH_PACKETS, BATCH_BYTES);
  private final Batch inward = new Batch(BATCH_PACKETS, BATCH_BYTES);
  private final Batch sending = new Batch(BATCH_PACKETS, BATCH_BYTES);
  private final Batch outward = new Batch(BATCH_PACKETS, BATCH_BYTES);
  private final AtomicReference<@Nullable String> complaint = new AtomicReference<>();
  private final AtomicReference<@Nullable LinkFaults> newFaults = new AtomicReference<>();
  private final long origin = System.nanoTime() - SECOND;
  private final Thread owner;
  private volatile int pathMtu = Integer.MAX_VALUE;
  private volatile boolean isCut;
  private volatile boolean isStopped;

  /** A stack of the usual limits, its link without faults. */
  StackOnTun(long seed) {
    this(seed, 2 << 20);
  }

  StackOnTun(long seed, int bufferBytes) {
    Random random = new Random(seed);
    tun = Inside.call(namespace, () -> TunDevice.open(DEVICE, MTU));
    namespace.ip("link set " + DEVICE + " txqueuelen 2000 up");
    namespace.address(DEVICE, LINUX_V4 + "/24", LINUX_V6 + "/64");
    try {
      doorbell = PollDoorbell.open(tun);
    } catch (LinuxException e) {
      throw new AssertionError(e);
    }
    StackSettings settings =
        new StackSettings(List.of(STACK_V4, STACK_V6), MTU, 65_536, bufferBytes, bufferBytes);
    stack = new Stack(settings, new Random(random.nextLong()), doorbell::ring);
    observer = new StackObserver(MTU, bufferBytes, text -> complaint.compareAndSet(null, text));
    toStack = new PacketLink(new Random(random.nextLong()));
    toLinux = new PacketLink(new Random(random.nextLong()));
    owner = Thread.ofPlatform().name("stack").start(this::run);
  }

  private static IpAddress address(String text) {
    return Objects.requireNonNull(IpAddress.parse(text));
  }

  static IpAddress linux(boolean v6) {
    return v6 ? LINUX_V6 : LINUX_V4;
  }

  static IpAddress own(boolean v6) {
    return v6 ? STACK_V6 : STACK_V4;
  }

  Stack stack() {
    return stack;
  }

  Namespace namespace() {
    return namespace;
  }

  /** What happens to packets of both directions from soon on. */
  void faults(LinkFaults faults) {
    newFaults.set(faults);
    doorbell.ring();
  }

  /** The largest packet that the relay carries. */
  void pathMtu(int mtu) {
    pathMtu = mtu;
  }

  /** Whether it carries nothing. */
  void cut(boolean cut) {
    isCut = cut;
  }

  private void run() {
    try {
      while (!isStopped) {
        if (!step(System.nanoTime() - origin)) {
          doorbell.await(untilNext(System.nanoTime() - origin));
        }
      }
      stack.close();
    } catch (RuntimeException | AssertionError e) {
      complaint.compareAndSet(null, "the owner's thread died: " + e);
      throw e;
    }
  }

  private long untilNext(long now) {
    long next = Math.min(stack.nextDeadlineNanos(), toStack.nextNanos());
    long span = Math.min(next, toLinux.nextNanos()) - now;
    return Math.clamp(span, 0, SECOND);
  }

  private boolean step(long now) {
    LinkFaults faults = newFaults.getAndSet(null);
    if (faults != null) {
      toStack.faults(faults);
      toLinux.faults(faults);
    }
    boolean worked = tun.read(reading) > 0;
    for (int slot = 0; slot < reading.count(); slot++) {
      carry(bytes(reading, slot), toStack, toLinux, now);
    }
    worked |= handIn(now);
    sending.clear();
    worked |= stack.transmit(sending, now) > 0;
    for (int slot = 0; slot < sending.count(); slot++) {
      byte[] packet = bytes(sending, slot);
      observer.sent(packet, now);
      carry(packet, toLinux, toStack, now);
    }
    worked |= handOut(now);
    return worked;
  }

  private void carry(byte[] bytes, PacketLink there, PacketLink back, long now) {
    if (isCut) {
      return;
    }
    if (bytes.length <= pathMtu) {
      there.send(bytes, now);
      return;
    }
    WirePacket packet = WirePacket.read(bytes);
    if (packet != null && packet.isWhole()) {
      back.send(packet.tooBig(packet.isV6() ? ROUTER_V6 : ROUTER_V4, pathMtu), now);
    }
  }

  private boolean handIn(long now) {
    inward.clear();
    for (byte[] packet; inward.hasRoom(MTU) && (packet = toStack.take(now)) != null; ) {
      append(inward, packet);
      observer.received(packet, now);
    }
    if (!inward.isEmpty()) {
      stack.receive(inward, now);
    }
    return !inward.isEmpty();
  }

  private boolean handOut(long now) {
    outward.clear();
    for (byte[] packet; outward.hasRoom(MTU) && (packet = toLinux.take(now)) != null; ) {
      append(outward, packet);
    }
    if (!outward.isEmpty()) {
      tun.write(outward);
    }
    return !outward.isEmpty();
  }

  private static void append(Batch batch, byte[] packet) {
    int slot = batch.reserve(packet.length);
    MemorySegment.copy(
        packet, 0, batch.memory(), ValueLayout.JAVA_BYTE, batch.offset(slot), packet.length);
  }

  private static byte[] bytes(Batch batch, int slot) {
    return batch
        .memory()
        .asSlice(batch.offset(slot), batch.length(slot))
        .toArray(ValueLayout.JAVA_BYTE);
  }

  /** Fails if the observer has seen something wrong. */
  void assertWellBehaved() {
    @Nullable String text = complaint.get();
    if (text != null) {
      throw new AssertionError(text);
    }
  }

  @Override
  public void close() {
    isStopped = true;
    doorbell.ring();
    try {
      owner.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tun.close();
    doorbell.close();
    namespace.close();
  }
}
