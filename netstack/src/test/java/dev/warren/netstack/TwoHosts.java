package dev.warren.netstack;

import dev.warren.packet.Batch;
import dev.warren.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Two stacks joined by a wire without loss, on a clock of their own. */
final class TwoHosts {
  static final IpAddress A4 = address("10.0.0.1");
  static final IpAddress B4 = address("10.0.0.2");
  static final IpAddress A6 = address("fd00::1");
  static final IpAddress B6 = address("fd00::2");

  final Stack a;
  final Stack b;
  long nowNanos = 1_000_000_000L;
  long packets;
  int largest;

  private final Batch batch = new Batch(256, 1 << 20);

  TwoHosts(int mtuA, int mtuB) {
    a = stack(1, mtuA, A4, A6);
    b = stack(2, mtuB, B4, B6);
  }

  static Stack stack(long seed, int mtu, IpAddress... addresses) {
    return new Stack(
        StackSettings.of(List.of(addresses), mtu), new SplittableRandom(seed), () -> {});
  }

  static IpAddress address(String text) {
    return Objects.requireNonNull(IpAddress.parse(text));
  }

  /** Moves packets until there are none, at this instant. */
  void settle() {
    for (int round = 0; round < 10_000; round++) {
      if (move(a, b) + move(b, a) == 0) {
        return;
      }
    }
    throw new AssertionError("the stacks never rest");
  }

  int move(Stack from, Stack to) {
    int moved = 0;
    while (true) {
      batch.clear();
      int count = from.transmit(batch, nowNanos);
      if (count == 0) {
        return moved;
      }
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, batch.length(i));
      }
      packets += count;
      moved += count;
      to.receive(batch, nowNanos);
    }
  }

  /** Lets time pass, deadline by deadline, until something is so. */
  void until(BooleanSupplier done, long limitNanos) {
    long end = nowNanos + limitNanos;
    settle();
    while (!done.getAsBoolean()) {
      long next = Math.min(a.nextDeadlineNanos(), b.nextDeadlineNanos());
      if (next > end) {
        throw new AssertionError("not within " + limitNanos + " ns");
      }
      nowNanos = Math.max(nowNanos + 1_000, next);
      settle();
    }
  }

  static void put(Stack stack, byte[] packet, long nowNanos) {
    Batch one = new Batch(1, 70_000);
    add(one, packet);
    stack.receive(one, nowNanos);
  }

  static void add(Batch batch, byte[] packet) {
    int slot = batch.reserve(packet.length);
    MemorySegment.copy(
        packet, 0, batch.memory(), ValueLayout.JAVA_BYTE, batch.offset(slot), packet.length);
  }

  /** The packets that a stack sends at this instant. */
  static List<byte[]> sent(Stack stack, long nowNanos) {
    Batch batch = new Batch(256, 1 << 20);
    stack.transmit(batch, nowNanos);
    return java.util.stream.IntStream.range(0, batch.count())
        .mapToObj(
            i ->
                batch
                    .memory()
                    .asSlice(batch.offset(i), batch.length(i))
                    .toArray(ValueLayout.JAVA_BYTE))
        .toList();
  }
}
