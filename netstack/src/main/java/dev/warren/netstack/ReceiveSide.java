package dev.warren.netstack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What a connection receives: the order of its bytes, the window, and when to acknowledge.
 *
 * <p>Bytes in order go to the program's stream at once; those ahead of it wait aside, within the
 * window and {@link #MAX_HELD} segments.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 9293 §3.8.6, §3.10.7.4; RFC 1122 §4.2.3.2 (delayed acknowledgements),
 * §4.2.3.3 (no silly windows); RFC 2018 §4.
 */
@Confined("device")
final class ReceiveSide {
  static final long DELAYED_ACK_NANOS = 40_000_000;

  private static final int MAX_HELD = 4096;

  /** Acknowledged at once at first, so that the other side's window opens (as Linux does). */
  private static final int QUICK_ACKS = 16;

  private final ByteStream stream;
  private final List<Held> held = new ArrayList<>(0);
  private final Scoreboard ranges = new Scoreboard();
  private int lastRangeStart;
  private int heldBytes;

  /** The next byte expected. */
  int next;

  /** The right edge of the window last said to the other side. */
  int advertised;

  /** The same edge as a position of the stream; for the program's thread. */
  private volatile long edge;

  int scale;

  /** Whether the other side offered to scale. */
  boolean scales;

  boolean finSeen;
  boolean finTaken;
  private int finSequence;

  /** Throws data away: the program reads no more. */
  boolean discards;

  boolean ackNow;
  int duplicateAcks;
  long delayedAckNanos = Long.MAX_VALUE;

  private int unacknowledged;
  private int largestSegment = 536;
  private int quickAcks = QUICK_ACKS;

  /** Bytes that came before their turn. */
  private static final class Held {
    final int sequence;
    final byte[] bytes;

    Held(int sequence, byte[] bytes) {
      this.sequence = sequence;
      this.bytes = bytes;
    }

    int end() {
      return sequence + bytes.length;
    }
  }

  ReceiveSide(ByteStream stream) {
    this.stream = stream;
  }

  void begin(int initialSequence) {
    next = initialSequence + 1;
    advertised = next;
  }

  /** How many bytes from {@link #next} on the other side may send: the window, never shrunk. */
  int window() {
    return Math.max(advertised - next, 0);
  }

  /** What the window could be by now. */
  private int room() {
    return discards ? stream.capacity() : stream.space();
  }

  /** Draws the window to be written into a header, in its scaled form, and takes note of it. */
  int advertise() {
    int largest = 0xffff << scale;
    int open = Math.min(room(), largest) >> scale << scale;
    int current = window();
    // No small steps: a full segment or half of the buffer.
    if (open < current || open - current < Math.min(largestSegment, stream.capacity() / 2)) {
      open = Math.min(current, largest);
      // What was said in another scale rounds up, so that the window does not shrink; but not again
      // with each small segment, or it would never shut.
      int step = 1 << scale;
      open = Math.min((open + (open <= room() ? step - 1 : 0)) >> scale, 0xffff) << scale;
    }
    if (Sequence.before(advertised, next + open)) {
      advertised = next + open;
    }
    edge = stream.written() + window();
    return Math.min(open >> scale, 0xffff);
  }

  /** The window of a SYN, which is never scaled. */
  int advertiseUnscaled() {
    int open = Math.min(stream.space(), 0xffff);
    advertised = next + open;
    edge = open;
    return open;
  }

  /**
   * Whether the program has read so much that the other side should hear of it: a quarter of the
   * buffer. From any thread: the edge only grows, so who sees an old one asks too often at most.
   */
  boolean hasNewsOfWindow() {
    return stream.released() + stream.capacity() - edge >= stream.capacity() / 4;
  }

  /**
   * Takes the data of a segment that touches the window.
   *
   * @return whether the program has something new to read
   */
  boolean take(SegmentIn segment, long now) {
    int start = segment.sequence + (segment.has(SegmentIn.SYN) ? 1 : 0);
    int length = segment.dataLength;
    int data = segment.data;
    int end = start + length;
    if (segment.has(SegmentIn.FIN) && Sequence.atMost(end, advertised)) {
      finSeen = true;
      finSequence = end;
    }
    if (length == 0 && !segment.has(SegmentIn.FIN)) {
      return false;
    }
    largestSegment = Math.max(largestSegment, Math.min(length, 65_000));
    int skipped = Math.max(next - start, 0);
    if (skipped > length || (skipped == length && length > 0)) {
      ackNow = true; // All of it came before: our acknowledgement was lost.
      duplicateAcks++;
      return takeFin();
    }
    data += skipped;
    length = Math.min(length - skipped, Math.max(advertised - (start + skipped), 0));
    start += skipped;
    if (start != next) {
      hold(segment, start, data, length);
      ackNow = true;
      duplicateAcks++;
      return false;
    }
    boolean news = false;
    if (length > 0) {
      if (!discards) {
        stream.put(segment.memory, data, length);
      }
      next += length;
      news = true;
      acknowledgeSoon(length, now);
      if (!held.isEmpty()) {
        join();
        ackNow = true;
      }
    }
    return takeFin() || news;
  }

  private boolean takeFin() {
    if (finSeen && !finTaken && next == finSequence) {
      next++;
      finTaken = true;
      ackNow = true;
      if (Sequence.before(advertised, next)) {
        advertised = next;
      }
      return true;
    }
    return false;
  }

  private void acknowledgeSoon(int length, long now) {
    unacknowledged += length;
    if (quickAcks > 0 || unacknowledged >= 2 * largestSegment) {
      quickAcks = Math.max(quickAcks - 1, 0);
      ackNow = true;
    } else if (delayedAckNanos == Long.MAX_VALUE) {
      delayedAckNanos = now + DELAYED_ACK_NANOS;
    }
  }

  /** An acknowledgement leaves, by itself or with data. */
  void acknowledged() {
    ackNow = false;
    duplicateAcks = 0;
    unacknowledged = 0;
    delayedAckNanos = Long.MAX_VALUE;
  }

  private void hold(SegmentIn segment, int start, int data, int length) {
    if (length <= 0 || held.size() >= MAX_HELD || heldBytes + length > stream.capacity()) {
      return;
    }
    int at = held.size();
    while (at > 0 && Sequence.before(start, held.get(at - 1).sequence)) {
      at--;
    }
    boolean known = at > 0 && Sequence.atMost(start + length, held.get(at - 1).end());
    lastRangeStart = start;
    if (known) {
      return;
    }
    byte[] bytes = segment.memory.asSlice(data, length).toArray(JAVA_BYTE);
    held.add(at, new Held(start, bytes));
    heldBytes += length;
    ranges.add(start, start + length);
  }

  /** Moves what is in order by now to the program's stream. */
  private void join() {
    int count = 0;
    for (Held each : held) {
      if (Sequence.before(next, each.sequence)) {
        break;
      }
      int skipped = next - each.sequence;
      int length = each.bytes.length - skipped;
      if (length > 0) {
        if (!discards) {
          // All of it: a window rounded up by its scale may exceed the room by some bytes.
          stream.put(MemorySegment.ofArray(each.bytes), skipped, length);
        }
        next += length;
      }
      heldBytes -= each.bytes.length;
      count++;
    }
    held.subList(0, count).clear();
    ranges.trim(next);
  }

  // Selective acknowledgement.

  /** How many blocks to say, at most {@code limit}. */
  int blocks(int limit) {
    return Math.min(ranges.count(), limit);
  }

  /** The block to say at place {@code i}: that of the newest segment first, then the highest. */
  int block(int i) {
    int newest = ranges.count() - 1;
    for (int j = 0; j < ranges.count(); j++) {
      if (Sequence.atMost(ranges.start(j), lastRangeStart)
          && Sequence.before(lastRangeStart, ranges.end(j))) {
        newest = j;
      }
    }
    if (i == 0) {
      return newest;
    }
    int other = ranges.count() - i;
    return other > newest ? other : other - 1;
  }

  int blockStart(int block) {
    return ranges.start(block);
  }

  int blockEnd(int block) {
    return ranges.end(block);
  }

  /** Lets go of what waits aside. */
  void clear() {
    held.clear();
    ranges.clear();
    heldBytes = 0;
  }
}
