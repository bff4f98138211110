package dev.warren.sim.stack;

import dev.warren.netstack.Stack;
import dev.warren.netstack.StackSettings;
import dev.warren.packet.Batch;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A host of the world: one stack at a time, its way in, and the observer of both.
 *
 * <p><b>Owner:</b> the world's thread.
 */
@Confined("sim")
public final class StackHost {
  private static final int BATCH_BYTES = 256 << 10;

  /** More than a stack with a thousand connections needs; a busy loop passes it at once. */
  private static final int MAX_IDLE_WAKES_PER_SECOND = 2_000;

  private final String name;
  private final StackWorld world;
  private final StackSettings settings;
  private final Random random;
  private final StackObserver observer;
  private final Batch inward;
  private final Batch outward;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private Stack stack;
  private long sentCount;
  private long secondStart;
  private int idleWakeCount;

  StackHost(String name, StackWorld world, StackSettings settings, Random random) {
    this.name = name;
    this.world = world;
    this.settings = settings;
    this.random = random;
    observer =
        new StackObserver(
            settings.mtu(),
            settings.receiveBufferBytes(),
            complaint -> {
              throw new AssertionError(this + " " + complaint);
            });
    inward = new Batch(1 + random.nextInt(64), BATCH_BYTES);
    outward = new Batch(1 + random.nextInt(64), BATCH_BYTES);
    stack = newStack();
  }

  private Stack newStack() {
    return new Stack(settings, new Random(random.nextLong()), () -> {});
  }

  /** The stack that it has now. */
  public Stack stack() {
    return stack;
  }

  public StackSettings settings() {
    return settings;
  }

  /** Its address of a family. */
  public IpAddress address(boolean v6) {
    List<IpAddress> all = settings.addresses();
    return all.get(0).isV6() == v6 ? all.get(0) : all.get(1);
  }

  /** Loses all state without a word, as by a power failure. */
  public void restart() {
    stack = newStack();
    observer.mtu(settings.mtu());
    waiting.clear();
  }

  /** Tells the stack of another MTU of its link. */
  public void mtu(int mtu) {
    stack.mtu(mtu);
    observer.mtu(mtu);
  }

  /** Hands it a packet that nobody on the network sent. */
  public void inject(byte[] packet) {
    waiting.add(packet);
  }

  /** See {@link StackObserver#forge}. */
  public byte @Nullable [] forge(int choice, int far) {
    return observer.forge(choice, far);
  }

  /** How many packets it has sent. */
  public long sentCount() {
    return sentCount;
  }

  /** Takes in what has come; whether there was anything. */
  boolean receive(PacketLink way, long nowNanos) {
    boolean any = false;
    for (byte[] packet; (packet = next(way, nowNanos)) != null; ) {
      any = true;
      if (!inward.hasRoom(packet.length)) {
        handIn(nowNanos);
      }
      int slot = inward.reserve(packet.length);
      MemorySegment.copy(
          packet, 0, inward.memory(), ValueLayout.JAVA_BYTE, inward.offset(slot), packet.length);
      observer.received(packet, nowNanos);
    }
    if (any) {
      handIn(nowNanos);
    }
    return any;
  }

  private byte @Nullable [] next(PacketLink way, long nowNanos) {
    byte @Nullable [] packet = waiting.poll();
    return packet != null ? packet : way.take(nowNanos);
  }

  private void handIn(long nowNanos) {
    stack.receive(inward, nowNanos);
    // The memory is the port's again: who kept it reads nonsense.
    inward.memory().fill((byte) 0xa5);
    inward.clear();
  }

  /** Lets it send; whether it did. */
  boolean transmit(long nowNanos) {
    boolean due = stack.nextDeadlineNanos() <= nowNanos;
    outward.clear();
    int count = stack.transmit(outward, nowNanos);
    if (count != outward.count()) {
      throw new AssertionError(this + " says " + count + " packets for " + outward.count());
    }
    for (int slot = 0; slot < count; slot++) {
      long offset = outward.offset(slot);
      byte[] packet =
          outward.memory().asSlice(offset, outward.length(slot)).toArray(ValueLayout.JAVA_BYTE);
      sentCount++;
      observer.sent(packet, nowNanos);
      world.route(packet);
    }
    if (due && count == 0) {
      countIdleWake(nowNanos);
    }
    return count > 0;
  }

  private void countIdleWake(long nowNanos) {
    if (nowNanos - secondStart >= StackWorld.SECOND) {
      secondStart = nowNanos;
      idleWakeCount = 0;
    }
    if (++idleWakeCount > MAX_IDLE_WAKES_PER_SECOND) {
      throw new AssertionError(this + " wakes up over and over with nothing to send");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
