package dev.warren.netstack;

import dev.warren.packet.owner.Confined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The connections in the order of the times they want to be looked at.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
final class TimerHeap {
  private @Nullable ControlBlock[] heap = new ControlBlock[16];
  private int size;

  /** {@link Long#MAX_VALUE} when it is empty. */
  long firstNanos() {
    ControlBlock first = heap[0];
    return first == null ? Long.MAX_VALUE : first.wakeNanos;
  }

  @Nullable ControlBlock first() {
    return heap[0];
  }

  /** Sets when a connection is looked at; {@link Long#MAX_VALUE} for never. */
  void set(ControlBlock block, long nanos) {
    if (nanos == Long.MAX_VALUE) {
      remove(block);
      return;
    }
    block.wakeNanos = nanos;
    if (block.heapIndex < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      block.heapIndex = size++;
      heap[block.heapIndex] = block;
    }
    down(up(block.heapIndex));
  }

  void remove(ControlBlock block) {
    int i = block.heapIndex;
    if (i < 0) {
      return;
    }
    block.heapIndex = -1;
    block.wakeNanos = Long.MAX_VALUE;
    ControlBlock last = heap[--size];
    heap[size] = null;
    if (i < size && last != null) {
      heap[i] = last;
      last.heapIndex = i;
      down(up(i));
    }
  }

  private int up(int from) {
    int i = from;
    while (i > 0 && isBefore(i, (i - 1) / 2)) {
      swap(i, (i - 1) / 2);
      i = (i - 1) / 2;
    }
    return i;
  }

  private void down(int from) {
    int i = from;
    while (true) {
      int least = 2 * i + 1;
      if (least >= size) {
        return;
      }
      if (least + 1 < size && isBefore(least + 1, least)) {
        least++;
      }
      if (!isBefore(least, i)) {
        return;
      }
      swap(i, least);
      i = least;
    }
  }

  private boolean isBefore(int a, int b) {
    ControlBlock x = heap[a];
    ControlBlock y = heap[b];
    return x != null && y != null && x.wakeNanos < y.wakeNanos;
  }

  private void swap(int a, int b) {
    ControlBlock x = heap[a];
    ControlBlock y = heap[b];
    heap[a] = y;
    heap[b] = x;
    if (x != null && y != null) {
      x.heapIndex = b;
      y.heapIndex = a;
    }
  }
}
