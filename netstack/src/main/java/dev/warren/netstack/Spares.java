package dev.warren.netstack;

import dev.warren.packet.owner.Shared;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Chunks of streams that were read, to be filled again: connections that move much would leave as
 * much garbage, and those that move nothing would keep what they once needed.
 *
 * <p>Bounded: {@link #SMALL_COUNT} and {@link #LARGE_COUNT} are kept, five megabytes. What does not
 * fit is left to the collector, what is lacking is made.
 *
 * <p><b>Owner:</b> any thread; nobody waits for another.
 */
@Shared
final class Spares {
  /** A segment fits, or a few short messages. */
  static final int SMALL_BYTES = 2 << 10;

  /** Two dozen segments. */
  static final int LARGE_BYTES = 32 << 10;

  private static final int SMALL_COUNT = 512;
  private static final int LARGE_COUNT = 128;

  private final Shelf small = new Shelf(SMALL_COUNT);
  private final Shelf large = new Shelf(LARGE_COUNT);

  /** Places of which each holds an array or none. */
  private static final class Shelf {
    private final AtomicReferenceArray<byte[]> places;

    /** About where full places begin to be free ones; a wrong guess costs a longer search. */
    private int hint;

    Shelf(int count) {
      places = new AtomicReferenceArray<>(count);
    }

    byte[] take(int size) {
      int mask = places.length() - 1;
      int from = hint;
      for (int i = 0; i <= mask; i++) {
        int at = (from - i) & mask;
        if (places.getPlain(at) != null) {
          byte[] found = places.getAndSet(at, null);
          if (found != null) {
            hint = at;
            return found;
          }
        }
      }
      return new byte[size];
    }

    void give(byte[] bytes) {
      int mask = places.length() - 1;
      int from = hint;
      for (int i = 0; i <= mask; i++) {
        int at = (from + i) & mask;
        if (places.getPlain(at) == null && places.compareAndSet(at, null, bytes)) {
          hint = at;
          return;
        }
      }
    }
  }

  /** An array of one of the two sizes; what is in it is whatever was. */
  byte[] take(int size) {
    return (size == SMALL_BYTES ? small : large).take(size);
  }

  /** Gives an array back that nobody looks at any more. */
  void give(byte[] bytes) {
    if (bytes.length == SMALL_BYTES) {
      small.give(bytes);
    } else if (bytes.length == LARGE_BYTES) {
      large.give(bytes);
    }
  }
}
