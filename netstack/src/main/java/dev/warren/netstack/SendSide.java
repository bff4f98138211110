package dev.warren.netstack;

import dev.warren.packet.owner.Confined;

/**
 * What a connection sends: which bytes may leave now, and which must leave again.
 *
 * <p><b>Shape:</b> {@code una <= next <= most}; after a timeout {@code next} goes back to {@code
 * una}, and what lies up to {@code most} leaves again.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 9293 §3.8; RFC 5681, 6582, 6675 (loss, in the form that counts what is
 * below the highest SACK and not sent again as lost), 3042 (limited transmit), 1122 §4.2.3.4
 * (Nagle).
 */
@Confined("device")
final class SendSide {
  private static final int DUPLICATES = 3;

  final ByteStream stream;
  final RoundTrip trip = new RoundTrip();
  private final Scoreboard sacked = new Scoreboard();
  Cubic cubic = new Cubic(536);

  int una;
  int next;
  int most;

  /** Where {@link #una} lies in the stream. */
  private long unaPosition;

  int window;
  int scale;
  private int largestWindow;
  private int windowSequence;
  private int windowAcknowledgment;

  int mss = 536;
  boolean sack;
  boolean noDelay;
  boolean finQueued;
  boolean finAcknowledged;

  private boolean recovering;
  private boolean firstAgain;
  private int recoverPoint;
  private int again;
  private int duplicates;

  private boolean timing;
  private int timedSequence;
  private long timedSince;

  SendSide(ByteStream stream) {
    this.stream = stream;
  }

  void begin(int initialSequence) {
    una = initialSequence;
    next = initialSequence;
    most = initialSequence;
    recoverPoint = initialSequence;
  }

  /** The SYN was acknowledged: data begins. */
  void established(SegmentIn segment) {
    una = segment.acknowledgment;
    next = Sequence.later(next, una);
    recoverPoint = una;
    window = segment.has(SegmentIn.SYN) ? segment.window : segment.window << scale;
    largestWindow = Math.max(largestWindow, window);
    windowSequence = segment.sequence;
    windowAcknowledgment = segment.acknowledgment;
  }

  int underWay() {
    return next - una;
  }

  /** Bytes of the stream that were never sent. */
  int unsent() {
    return (int) (stream.written() - unaPosition) - (next - una - (finSent(next) ? 1 : 0));
  }

  boolean isAllAcknowledged() {
    return stream.written() == unaPosition && (!finQueued || finAcknowledged);
  }

  /** Whether a sequence number lies behind the FIN. */
  private boolean finSent(int sequence) {
    return finQueued && finAt() + 1 == sequence;
  }

  /** The FIN's number, once all that the program wrote is known. */
  private int finAt() {
    return una + (int) (stream.written() - unaPosition);
  }

  // Acknowledgements.

  /** Whether an acknowledgement can be one of this connection (RFC 5961 §5.2). */
  boolean isPlausible(int acknowledgment) {
    return Sequence.atMost(acknowledgment, most)
        && Sequence.atMost(una - Math.max(largestWindow, 1), acknowledgment);
  }

  /**
   * Takes an acknowledgement.
   *
   * @param echoNanos the round trip by timestamp, or -1
   * @return whether it acknowledges something new
   */
  boolean acknowledge(SegmentIn segment, long echoNanos, long now) {
    int ack = segment.acknowledgment;
    boolean sackNews = sack && takeBlocks(segment.options);
    boolean progress = Sequence.before(una, ack);
    if (progress) {
      progress(ack, echoNanos, now);
    } else if (ack == una
        && segment.dataLength == 0
        && !segment.has(SegmentIn.FIN)
        && una != most
        && (sackNews || (segment.window << scale) == window)) {
      duplicates++;
    }
    if (!recovering && una != most && isLost() && Sequence.atMost(recoverPoint, una)) {
      recover();
    }
    // The window of an old acknowledgement would reach further than was ever offered; that of a new
    // one counts, whatever was sent again to carry it.
    boolean newer =
        progress
            || Sequence.before(windowSequence, segment.sequence)
            || (windowSequence == segment.sequence && Sequence.atMost(windowAcknowledgment, ack));
    if (ack == una && newer) {
      window = segment.window << scale;
      largestWindow = Math.max(largestWindow, window);
      windowSequence = segment.sequence;
      windowAcknowledgment = ack;
    }
    return progress;
  }

  private boolean takeBlocks(TcpOptions options) {
    boolean news = false;
    for (int i = 0; i < options.blocks; i++) {
      int start = options.starts[i];
      int end = options.ends[i];
      if (Sequence.atMost(una, start)
          && Sequence.before(start, end)
          && Sequence.atMost(end, most)) {
        news |= sacked.add(start, end);
      }
    }
    return news;
  }

  private void progress(int ack, long echoNanos, long now) {
    int acknowledged = ack - una;
    if (echoNanos >= 0) {
      trip.sample(echoNanos);
    } else if (timing && Sequence.before(timedSequence, ack)) {
      trip.sample(now - timedSince);
    }
    timing = timing && !Sequence.before(timedSequence, ack);
    trip.progress();
    boolean wasFull = underWay() + 2 * mss >= cubic.window();
    int ofStream = acknowledged;
    if (finQueued && ack == finAt() + 1) {
      finAcknowledged = true;
      ofStream--;
    }
    unaPosition += ofStream;
    stream.release(unaPosition);
    una = ack;
    next = Sequence.later(next, una);
    sacked.trim(una);
    duplicates = 0;
    if (recovering) {
      if (Sequence.atMost(recoverPoint, una)) {
        recovering = false;
      } else {
        again = Sequence.later(again, una);
        if (!sack) {
          again = una; // RFC 6582: a partial acknowledgement shows the next hole.
          firstAgain = true;
        }
      }
    } else if (wasFull) {
      cubic.acknowledged(acknowledged, now, trip);
    }
  }

  private boolean isLost() {
    if (duplicates >= DUPLICATES && !sack) {
      return true;
    }
    return !sacked.isEmpty()
        && (sacked.count() >= DUPLICATES
            || sacked.bytesFrom(una) > (DUPLICATES - 1) * mss
            || duplicates >= DUPLICATES);
  }

  private void recover() {
    recovering = true;
    firstAgain = true;
    recoverPoint = most;
    again = una;
    timing = false;
    cubic.lost(underWay());
  }

  /** Nothing came back in time: all of it leaves again, beginning with one segment. */
  void timedOut() {
    if (una != most) {
      cubic.timedOut(Math.max(underWay(), mss));
    }
    trip.backOff();
    recoverPoint = most;
    recovering = false;
    duplicates = 0;
    timing = false;
    sacked.clear(); // The other side may have thrown it away (RFC 2018 §8).
    next = una;
    finAcknowledged = false;
  }

  /** A smaller packet is wanted: what is under way was lost with its size, not by congestion. */
  void resegment() {
    next = una;
    recovering = false;
    timing = false;
    sacked.clear();
  }

  void mss(int newMss) {
    if (newMss != mss) {
      mss = newMss;
      cubic.mss(newMss);
    }
  }

  // What may leave.

  /** What the network is thought to hold (RFC 6675 §4). */
  private int pipe() {
    if (sacked.isEmpty()) {
      return Math.max(underWay() - duplicates * mss, 0);
    }
    int highest = sacked.highest();
    int resent = Sequence.later(again, una);
    int below = resent - una - (sacked.bytesFrom(una) - sacked.bytesFrom(resent));
    return Math.max(next - highest, 0) + Math.max(recovering ? below : 0, 0);
  }

  /** Where the next segment to be sent again begins; {@link #most} for none. */
  int lostSequence() {
    if (!recovering) {
      return most;
    }
    if (!firstAgain && pipe() + mss > cubic.window()) {
      return most;
    }
    int hole = sacked.firstHole(Sequence.later(again, una));
    int end = sacked.isEmpty() ? una + 1 : sacked.highest();
    return Sequence.before(hole, end) && Sequence.before(hole, next) && (firstAgain || sack)
        ? hole
        : most;
  }

  int lostLength(int sequence) {
    int end = sacked.nextStart(sequence, next);
    return Math.min(Math.min(end, finSent(next) ? next - 1 : next) - sequence, mss);
  }

  void sentAgain(int end) {
    again = end;
    firstAgain = false;
  }

  /**
   * How many bytes the next new segment may have.
   *
   * @return 0..mss, or -1 when nothing may leave
   */
  int sendable() {
    int queued = unsent();
    int room = una + window - next;
    int allowed;
    if (recovering) {
      allowed = cubic.window() - pipe();
    } else {
      int limited = sack ? 0 : Math.min(duplicates, DUPLICATES - 1) * mss;
      allowed = cubic.window() + limited - (sacked.isEmpty() ? underWay() : pipe());
    }
    int length = Math.min(Math.min(queued, mss), room);
    if (length <= 0 || allowed < Math.min(length, mss)) {
      return -1;
    }
    if (length == mss
        || (length == queued && (noDelay || finQueued || next == una || next != most))
        || 2 * length >= largestWindow) {
      return length;
    }
    return -1;
  }

  /** Whether the FIN may leave: all data has. */
  boolean mayFinish() {
    return finQueued && !finAcknowledged && unsent() == 0 && next == finAt();
  }

  /** A new segment leaves, or one of those that leave again after a timeout. */
  void sent(int span, long now) {
    if (!timing && next == most) {
      timing = true;
      timedSequence = next;
      timedSince = now;
    }
    next += span;
    most = Sequence.later(most, next);
  }

  /** Where the data of a sequence number lies in the stream. */
  long position(int sequence) {
    return unaPosition + (sequence - una);
  }

  /** Whether data waits for a window that is shut, with nothing under way to reopen it. */
  boolean isStalled() {
    return next == una && unsent() > 0 && sendable() < 0;
  }
}
