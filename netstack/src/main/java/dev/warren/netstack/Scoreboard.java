package dev.warren.netstack;

import dev.warren.packet.owner.Confined;

/**
 * Ranges of sequence numbers, in order and apart: what the other side says it holds beyond the
 * acknowledged.
 *
 * <p>Bounded: where a range would be one too many the highest goes, which costs a retransmission.
 *
 * <p><b>Shape:</b> half-open ranges [start, end).
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 6675 §3.
 */
@Confined("device")
final class Scoreboard {
  private static final int MOST = 128;

  private int[] starts = new int[4];
  private int[] ends = new int[4];
  private int count;

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  void clear() {
    count = 0;
  }

  /** The end of the highest range; there is one. */
  int highest() {
    return ends[count - 1];
  }

  /** Adds a range; answers whether it says anything new. */
  boolean add(int start, int end) {
    int i = 0;
    while (i < count && Sequence.before(ends[i], start)) {
      i++;
    }
    if (i == count || Sequence.before(end, starts[i])) {
      insert(i, start, end);
      return true;
    }
    boolean isNew = Sequence.before(start, starts[i]) || Sequence.before(ends[i], end);
    if (Sequence.before(start, starts[i])) {
      starts[i] = start;
    }
    ends[i] = Sequence.later(ends[i], end);
    int j = i + 1;
    while (j < count && Sequence.atMost(starts[j], ends[i])) {
      ends[i] = Sequence.later(ends[i], ends[j]);
      j++;
    }
    remove(i + 1, j);
    return isNew;
  }

  /** Forgets what lies before a sequence number. */
  void trim(int before) {
    int i = 0;
    while (i < count && Sequence.atMost(ends[i], before)) {
      i++;
    }
    remove(0, i);
    if (count > 0 && Sequence.before(starts[0], before)) {
      starts[0] = before;
    }
  }

  /** How many bytes at and after a sequence number are in it. */
  int bytesFrom(int from) {
    int sum = 0;
    for (int i = count - 1; i >= 0 && Sequence.before(from, ends[i]); i--) {
      sum += ends[i] - Sequence.later(starts[i], from);
    }
    return sum;
  }

  /** The first number at or after one that is in no range. */
  int firstHole(int from) {
    int at = from;
    for (int i = 0; i < count && Sequence.atMost(starts[i], at); i++) {
      at = Sequence.later(at, ends[i]);
    }
    return at;
  }

  /** Where the first range after a number begins, or {@code otherwise}. */
  int nextStart(int from, int otherwise) {
    for (int i = 0; i < count; i++) {
      if (Sequence.before(from, starts[i])) {
        return starts[i];
      }
    }
    return otherwise;
  }

  private void insert(int at, int start, int end) {
    if (count == MOST) {
      if (at == count) {
        return;
      }
      count--;
    }
    if (count == starts.length) {
      starts = java.util.Arrays.copyOf(starts, 2 * count);
      ends = java.util.Arrays.copyOf(ends, 2 * count);
    }
    System.arraycopy(starts, at, starts, at + 1, count - at);
    System.arraycopy(ends, at, ends, at + 1, count - at);
    starts[at] = start;
    ends[at] = end;
    count++;
  }

  private void remove(int from, int to) {
    if (to > from) {
      System.arraycopy(starts, to, starts, from, count - to);
      System.arraycopy(ends, to, ends, from, count - to);
      count -= to - from;
    }
  }
}
