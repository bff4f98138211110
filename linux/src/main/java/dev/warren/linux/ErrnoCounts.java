package dev.warren.linux;

import dev.warren.packet.owner.Shared;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often each errno came.
 *
 * <p><b>Owner:</b> one thread counts, any thread reads. A count is read and written opaquely: a
 * reader sees some recent value, and orders nothing by it.
 */
@Shared
public final class ErrnoCounts {
  private final AtomicLongArray counts = new AtomicLongArray(Errno.LIMIT);

  /** Counts that are all zero. */
  public ErrnoCounts() {}

  /** Counts one more of a (positive) errno. */
  public void count(int errno) {
    add(errno, 1);
  }

  /** Counts {@code more} of a (positive) errno. */
  public void add(int errno, long more) {
    int index = errno > 0 && errno < Errno.LIMIT ? errno : 0;
    counts.setOpaque(index, counts.getOpaque(index) + more);
  }

  /** How often an errno came. */
  public long of(int errno) {
    return counts.getOpaque(errno);
  }

  /** How many errors came in all. */
  public long total() {
    long sum = 0;
    for (int i = 0; i < Errno.LIMIT; i++) {
      sum += counts.getOpaque(i);
    }
    return sum;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Errno.LIMIT; i++) {
      if (of(i) != 0) {
        text.append(text.isEmpty() ? "" : ", ").append(Errno.name(i)).append(' ').append(of(i));
      }
    }
    return text.toString();
  }
}
