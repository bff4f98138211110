package dev.warren.netstack;

import dev.warren.packet.owner.Shared;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams on their way between one thread that adds and one that takes, bounded by number and by
 * bytes. The newest is refused when it is full; one datagram always fits an empty queue.
 *
 * <p><b>Owner:</b> {@link #offer} one thread at a time, {@link #poll} and {@link #peek} another. A
 * place is published by the release of its reference; the taker's count of bytes likewise.
 */
@Shared
final class DatagramQueue<T> {
  private final AtomicReferenceArray<@Nullable T> places;
  private final int[] sizes;
  private final int mask;
  private final long limitBytes;

  // The adder's.
  private int tail;
  private long addedBytes;

  // The taker's, the count read by the adder.
  private int head;
  private final AtomicLong takenBytes = new AtomicLong();

  /**
   * @param capacity the most datagrams, a power of two
   * @param limitBytes the most bytes
   */
  DatagramQueue(int capacity, long limitBytes) {
    this.places = new AtomicReferenceArray<>(capacity);
    this.sizes = new int[capacity];
    this.mask = capacity - 1;
    this.limitBytes = limitBytes;
  }

  boolean offer(T datagram, int bytes) {
    int place = tail & mask;
    long waiting = addedBytes - takenBytes.getAcquire();
    if (places.getAcquire(place) != null || (waiting > 0 && waiting + bytes > limitBytes)) {
      return false;
    }
    sizes[place] = bytes;
    addedBytes += bytes;
    tail++;
    places.setRelease(place, datagram);
    return true;
  }

  @Nullable T peek() {
    return places.getAcquire(head & mask);
  }

  @Nullable T poll() {
    int place = head & mask;
    T datagram = places.getAcquire(place);
    if (datagram != null) {
      int bytes = sizes[place];
      head++;
      takenBytes.setRelease(takenBytes.getPlain() + bytes);
      places.setRelease(place, null);
    }
    return datagram;
  }

  boolean isEmpty() {
    return peek() == null;
  }
}
