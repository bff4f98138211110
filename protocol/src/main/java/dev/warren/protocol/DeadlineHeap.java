package dev.warren.protocol;

import dev.warren.packet.owner.Confined;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose timer comes first: a binary heap of peers, at most one entry each.
 *
 * <p>An entry may be earlier than the peer's true next deadline: putting a deadline off costs
 * nothing, and the peer is looked at again when the early one is due. An idle peer has no entry.
 */
@Confined("device")
final class DeadlineHeap {
  private @Nullable PeerTimers[] heap = new PeerTimers[16];
  private int size;

  /** The earliest entry's time, or {@link PeerTimers#OFF}. */
  long nextNanos() {
    PeerTimers first = heap[0];
    return size == 0 || first == null ? PeerTimers.OFF : first.heapNanos;
  }

  /** Takes out the earliest entry if it is due. */
  @Nullable PeerTimers pollDue(long now) {
    PeerTimers first = heap[0];
    if (size == 0 || first == null || first.heapNanos > now) {
      return null;
    }
    remove(first);
    return first;
  }

  /** Sees to it that the peer is looked at no later than {@code nanos}. */
  void schedule(PeerTimers timers, long nanos) {
    if (timers.heapSlot < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      timers.heapNanos = nanos;
      up(timers, size++);
    } else if (nanos < timers.heapNanos) {
      timers.heapNanos = nanos;
      up(timers, timers.heapSlot);
    }
  }

  void remove(PeerTimers timers) {
    int slot = timers.heapSlot;
    if (slot < 0) {
      return;
    }
    timers.heapSlot = -1;
    PeerTimers last = at(--size);
    heap[size] = null;
    if (last != timers) {
      up(last, slot);
      if (last.heapSlot == slot) {
        down(last, slot);
      }
    }
  }

  private PeerTimers at(int slot) {
    return Objects.requireNonNull(heap[slot]);
  }

  private void up(PeerTimers timers, int from) {
    int slot = from;
    while (slot > 0) {
      PeerTimers parent = at((slot - 1) / 2);
      if (parent.heapNanos <= timers.heapNanos) {
        break;
      }
      place(parent, slot);
      slot = (slot - 1) / 2;
    }
    place(timers, slot);
  }

  private void down(PeerTimers timers, int from) {
    int slot = from;
    while (2 * slot + 1 < size) {
      int child = 2 * slot + 1;
      if (child + 1 < size && at(child + 1).heapNanos < at(child).heapNanos) {
        child++;
      }
      if (at(child).heapNanos >= timers.heapNanos) {
        break;
      }
      place(at(child), slot);
      slot = child;
    }
    place(timers, slot);
  }

  private void place(PeerTimers timers, int slot) {
    heap[slot] = timers;
    timers.heapSlot = slot;
  }
}
