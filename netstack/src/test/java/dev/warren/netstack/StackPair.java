package dev.warren.netstack;

import dev.warren.packet.Batch;
import dev.warren.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Two hosts joined by a link with a clock of its own, which loses, repeats and delays by a seed.
 */
final class StackPair {
  static final long MILLI = 1_000_000;
  static final IpAddress LEFT = IpAddress.v4(0x0a000001);
  static final IpAddress RIGHT = IpAddress.v4(0x0a000002);

  final SplittableRandom random;
  final Stack left;
  final Stack right;
  long now = 1_000_000_000_000L;
  double loss;
  double duplication;
  long delayNanos = MILLI;
  long jitterNanos;
  long packets;
  long turns;

  /** Whether a packet passes; for tests that choose what is lost. */
  Predicate<byte[]> passes = packet -> true;

  private final PriorityQueue<Flying> flying =
      new PriorityQueue<>(
          (a, b) ->
              a.arrives != b.arrives
                  ? Long.compare(a.arrives, b.arrives)
                  : Long.compare(a.number, b.number));
  private final Batch batch = new Batch(64, 256 << 10);
  private final Batch one = new Batch(1, 70_000);
  private long number;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Flying(long arrives, long number, Stack to, byte[] packet) {}

  StackPair(long seed, int mtu, int bufferBytes) {
    random = new SplittableRandom(seed);
    left = stack(LEFT, mtu, bufferBytes);
    right = stack(RIGHT, mtu, bufferBytes);
  }

  private Stack stack(IpAddress address, int mtu, int bufferBytes) {
    return new Stack(
        new StackSettings(List.of(address), mtu, 10_000, bufferBytes, bufferBytes),
        random.split(),
        () -> {});
  }

  private void transmit(Stack from, Stack to) {
    do {
      batch.clear();
      from.transmit(batch, now);
      for (int i = 0; i < batch.count(); i++) {
        MemorySegment packet = batch.memory().asSlice(batch.offset(i), batch.length(i));
        fly(to, packet.toArray(ValueLayout.JAVA_BYTE));
      }
    } while (!batch.isEmpty());
  }

  private void fly(Stack to, byte[] packet) {
    packets++;
    if (!passes.test(packet) || random.nextDouble() < loss) {
      return;
    }
    int copies = random.nextDouble() < duplication ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long jitter = jitterNanos > 0 ? random.nextLong(jitterNanos) : 0;
      flying.add(new Flying(now + delayNanos + jitter, number++, to, packet));
    }
  }

  /** Goes on to the next moment at which something happens; false when nothing ever will. */
  boolean step() {
    turns++;
    transmit(left, right);
    transmit(right, left);
    long next = Math.min(left.nextDeadlineNanos(), right.nextDeadlineNanos());
    if (!flying.isEmpty()) {
      next = Math.min(next, flying.peek().arrives);
    }
    if (next == Long.MAX_VALUE) {
      return false;
    }
    now = Math.max(now, next);
    while (!flying.isEmpty() && flying.peek().arrives <= now) {
      Flying due = flying.remove();
      deliver(due.to, due.packet);
    }
    return true;
  }

  /** Hands a packet to a host at once. */
  void deliver(Stack to, byte[] packet) {
    one.clear();
    int slot = one.reserve(packet.length);
    MemorySegment.copy(
        packet, 0, one.memory(), ValueLayout.JAVA_BYTE, one.offset(slot), packet.length);
    to.receive(one, now);
  }
}
