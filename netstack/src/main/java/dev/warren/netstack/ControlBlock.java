package dev.warren.netstack;

import dev.warren.packet.owner.Confined;
import org.jspecify.annotations.Nullable;

/**
 * One connection as the protocol sees it: RFC 9293's transmission control block and what segments,
 * time and the program do to it.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 9293 §3.10.7; RFC 7323 (timestamps, PAWS), RFC 5961 (blind attacks), RFC
 * 1122 §4.2.3.5 and §4.2.3.6 (giving up, keepalives), RFC 6191 (TIME-WAIT reuse).
 */
@Confined("device")
final class ControlBlock {
  private static final long SECOND = 1_000_000_000;
  private static final long TIME_WAIT_NANOS = 60 * SECOND;
  private static final long ORPHAN_NANOS = 60 * SECOND;
  private static final int SYN_TRIES = 6;
  private static final int SYN_ACK_TRIES = 5;
  private static final int DATA_TRIES = 12;
  private static final long OFF = Long.MAX_VALUE;

  final Flow flow;
  final TcpConnection connection;
  final SendSide send;
  final ReceiveSide receive;
  private final Tcp tcp;

  /** The listener whose backlog a half-open connection counts in; null for our own. */
  final @Nullable TcpListener listener;

  TcpState state = TcpState.CLOSED;

  // Places in the tables of Tcp.
  long wakeNanos = OFF;
  int heapIndex = -1;
  boolean isReady;
  @Nullable ControlBlock nextReady;

  private int initialReceive;
  boolean timestamps;
  private int timestampOffset;
  private int recentTimestamp;
  private long recentSince;
  private boolean synPending;
  private boolean probePending;
  private int tries;
  private boolean orphan;
  private boolean readableNews;
  private boolean writableNews;

  private long retransmitNanos = OFF;
  private long keepAliveNanos = OFF;
  private long waitNanos = OFF;
  private long lastHeardNanos;
  private long stuckSinceNanos = OFF;
  private int probes;

  ControlBlock(Tcp tcp, Flow flow, TcpConnection connection, @Nullable TcpListener listener) {
    this.tcp = tcp;
    this.flow = flow;
    this.connection = connection;
    this.listener = listener;
    send = new SendSide(connection.out());
    receive = new ReceiveSide(connection.in());
  }

  // Opening.

  void openActively(int initialSequence, int offset, long now) {
    begin(TcpState.SYN_SENT, initialSequence, offset, now);
    timestamps = true;
    send.sack = true;
  }

  void openPassively(SegmentIn syn, int initialSequence, int offset, long now) {
    begin(TcpState.SYN_RECEIVED, initialSequence, offset, now);
    learn(syn, now);
  }

  private void begin(TcpState first, int initialSequence, int offset, long now) {
    become(first);
    receive.scale = tcp.windowScale();
    timestampOffset = offset;
    lastHeardNanos = now;
    send.begin(initialSequence);
    send.noDelay = connection.wantsNoDelay();
    synPending = true;
    tcp.ready(this);
  }

  /** Takes what the other side's SYN says. */
  private void learn(SegmentIn syn, long now) {
    initialReceive = syn.sequence;
    receive.begin(syn.sequence);
    TcpOptions options = syn.options;
    timestamps = options.hasTimestamp;
    recentTimestamp = options.timestamp;
    recentSince = now;
    send.sack = options.sackPermitted;
    if (options.windowScale >= 0) {
      send.scale = options.windowScale;
      receive.scales = true;
    } else {
      receive.scale = 0;
    }
    peerMss = options.mss < 0 ? (flow.v6() ? 1220 : 536) : Math.max(options.mss, 64);
    fitPath(now);
    send.cubic = new Cubic(send.mss);
  }

  private int peerMss = 536;

  /** Fits segments to the path, as far as it is known by now. */
  void fitPath(long now) {
    int header = OutboundPackets.headerBytes(flow.v6()) + SegmentIn.HEADER_BYTES;
    int most = Math.min(peerMss, tcp.pathMtu(flow, now) - header);
    send.mss(Math.max(most - (timestamps ? 12 : 0), 32));
  }

  // Segments.

  void onSegment(SegmentIn segment, long now) {
    if (state == TcpState.SYN_SENT) {
      onSynSent(segment, now);
      return;
    }
    if (state == TcpState.TIME_WAIT && tcp.reuses(this, segment, now)) {
      return;
    }
    if (!isInOrderOfTime(segment, now) || !isInWindow(segment) || !isNoAttack(segment)) {
      return;
    }
    lastHeardNanos = now;
    probes = 0;
    if (!onAcknowledgement(segment, now)) {
      return;
    }
    if (orphan && state.receives() && bringsNews(segment)) {
      abort(); // RFC 1122 §4.2.2.13: nobody is left to read it, and who sends must know.
      return;
    }
    if (state.receives()) {
      if (receive.take(segment, now)) {
        readableNews = !receive.discards || receive.finTaken;
        if (receive.finTaken) {
          onFin(now);
        }
      }
    } else if (segment.dataLength > 0 || segment.has(SegmentIn.FIN)) {
      receive.ackNow = true; // What follows a FIN is a repetition.
      if (state == TcpState.TIME_WAIT) {
        waitNanos = now + TIME_WAIT_NANOS;
      }
    }
    tcp.ready(this);
  }

  private void onSynSent(SegmentIn segment, long now) {
    boolean acknowledges = segment.has(SegmentIn.ACK);
    if (acknowledges && segment.acknowledgment != send.next) {
      if (!segment.has(SegmentIn.RST)) {
        tcp.reset(flow, segment.acknowledgment, 0, false);
      }
      return;
    }
    if (segment.has(SegmentIn.RST)) {
      if (acknowledges) {
        fail(TcpFailure.REFUSED);
      }
      return;
    }
    if (!segment.has(SegmentIn.SYN) || (acknowledges && send.next == send.una)) {
      return;
    }
    learn(segment, now);
    lastHeardNanos = now;
    tries = 0;
    if (acknowledges) {
      if (timestamps) {
        sample(segment, now);
      }
      establish(segment, now);
      receive.ackNow = true;
    } else {
      // Both at once (RFC 9293 §3.5, figure 7).
      become(TcpState.SYN_RECEIVED);
      synPending = true;
    }
    tcp.ready(this);
  }

  private void establish(SegmentIn segment, long now) {
    send.established(segment);
    become(TcpState.ESTABLISHED);
    retransmitNanos = OFF;
    stuckSinceNanos = OFF;
    tries = 0;
    if (connection.keepAliveIdleNanos() > 0) {
      keepAliveNanos = now + connection.keepAliveIdleNanos();
    }
    if (connection.wantsFin()) {
      finish();
    }
    connection.onConnected();
  }

  /** RFC 7323 §5.3: a segment from before, whose sequence numbers came round. */
  private boolean isInOrderOfTime(SegmentIn segment, long now) {
    if (!timestamps || segment.has(SegmentIn.RST)) {
      return true;
    }
    if (!segment.options.hasTimestamp) {
      return segment.has(SegmentIn.SYN); // RFC 7323 §3.2: the rest is dropped.
    }
    int stamp = segment.options.timestamp;
    boolean old = Sequence.before(stamp, recentTimestamp);
    if (old && now - recentSince < 24L * 86_400 * SECOND) {
      receive.ackNow = true;
      tcp.ready(this);
      return false;
    }
    if (Sequence.atMost(segment.sequence, receive.next)) {
      recentTimestamp = stamp;
      recentSince = now;
    }
    return true;
  }

  /** RFC 9293 §3.10.7.4, first. */
  private boolean isInWindow(SegmentIn segment) {
    int window = receive.window();
    int start = segment.sequence;
    int last = start + Math.max(segment.span(), 1) - 1;
    int edge = receive.next + Math.max(window, 1);
    boolean startsIn = Sequence.atMost(receive.next, start) && Sequence.before(start, edge);
    boolean endsIn = Sequence.atMost(receive.next, last) && Sequence.before(last, edge);
    if (startsIn || endsIn) {
      return true;
    }
    if (state == TcpState.SYN_RECEIVED
        && segment.has(SegmentIn.SYN)
        && segment.sequence == initialReceive) {
      synPending = true; // Our SYN-ACK was lost.
      tcp.ready(this);
    } else if (!segment.has(SegmentIn.RST)) {
      receive.ackNow = true;
      receive.duplicateAcks++;
      tcp.ready(this);
      // A probe of a shut window still brings an acknowledgement.
      return segment.has(SegmentIn.ACK)
          && !segment.has(SegmentIn.SYN)
          && Sequence.atMost(segment.sequence, receive.next)
          && Sequence.before(receive.next - segment.span() - 2, segment.sequence)
          && state != TcpState.SYN_RECEIVED;
    }
    return false;
  }

  /** RST and SYN within the window (RFC 5961 §3 and §4). */
  private boolean isNoAttack(SegmentIn segment) {
    if (segment.has(SegmentIn.RST)) {
      if (state == TcpState.TIME_WAIT) {
        return false; // RFC 1337: an old repetition, answered by one who has forgotten already.
      }
      if (segment.sequence == receive.next) {
        boolean refused = state == TcpState.SYN_RECEIVED && listener == null;
        boolean done = state == TcpState.LAST_ACK || state == TcpState.CLOSING;
        if (done && connection.out().available() == 0) {
          end(); // All arrived, and the other side has forgotten: what is lost is the last ACK.
        } else {
          fail(refused ? TcpFailure.REFUSED : TcpFailure.RESET);
        }
      } else {
        challenge();
      }
      return false;
    }
    if (segment.has(SegmentIn.SYN) && state != TcpState.SYN_RECEIVED) {
      challenge();
      return false;
    }
    return true;
  }

  private void challenge() {
    if (tcp.mayChallenge()) {
      receive.ackNow = true;
      tcp.ready(this);
    }
  }

  /** Answers whether the rest of the segment counts. */
  private boolean onAcknowledgement(SegmentIn segment, long now) {
    if (!segment.has(SegmentIn.ACK)) {
      return false;
    }
    int ack = segment.acknowledgment;
    if (state == TcpState.SYN_RECEIVED) {
      if (!Sequence.before(send.una, ack) || Sequence.before(send.next, ack)) {
        tcp.reset(flow, ack, 0, false);
        return false;
      }
      if (listener != null && !listener.hasRoom()) {
        return false; // The program does not accept: the other side tries again.
      }
      sample(segment, now);
      establish(segment, now);
      if (listener != null) {
        listener.onEstablished(this);
      }
    }
    if (!send.isPlausible(ack)) {
      challenge();
      return false;
    }
    long echo = timestamps && segment.options.echo != 0 ? echoNanos(segment, now) : -1;
    if (send.acknowledge(segment, echo, now)) {
      tries = 0;
      stuckSinceNanos = OFF;
      armRetransmission(now);
      writableNews = true;
      if (send.finAcknowledged) {
        onFinAcknowledged(now);
      }
      connection.flushed(send.isAllAcknowledged());
    }
    return state != TcpState.CLOSED;
  }

  private void sample(SegmentIn segment, long now) {
    if (segment.options.hasTimestamp && segment.options.echo != 0) {
      send.trip.sample(echoNanos(segment, now));
    }
  }

  private long echoNanos(SegmentIn segment, long now) {
    long millis = (timestamp(now) - segment.options.echo) & 0xffffffffL;
    return millis > 600_000 ? -1 : Math.max(millis * 1_000_000, 1);
  }

  private int timestamp(long now) {
    return (int) (now / 1_000_000) + timestampOffset;
  }

  private void onFin(long now) {
    connection.endOfStream();
    switch (state) {
      case ESTABLISHED -> become(TcpState.CLOSE_WAIT);
      case FIN_WAIT_1 -> become(TcpState.CLOSING);
      case FIN_WAIT_2 -> timeWait(now);
      default -> {}
    }
  }

  private void onFinAcknowledged(long now) {
    switch (state) {
      case FIN_WAIT_1 -> {
        become(TcpState.FIN_WAIT_2);
        if (orphan) {
          waitNanos = now + ORPHAN_NANOS;
        }
      }
      case CLOSING -> timeWait(now);
      case LAST_ACK -> end();
      default -> {}
    }
  }

  private void timeWait(long now) {
    become(TcpState.TIME_WAIT);
    waitNanos = now + TIME_WAIT_NANOS;
    retransmitNanos = OFF;
    keepAliveNanos = OFF;
    receive.clear();
    connection.onClosed();
  }

  /** Whether a SYN may begin a new connection in the place of this one (RFC 6191 §2). */
  boolean yieldsTo(SegmentIn syn) {
    boolean newer = Sequence.before(receive.next, syn.sequence);
    boolean stamped = timestamps && syn.options.hasTimestamp;
    return newer || (stamped && Sequence.before(recentTimestamp, syn.options.timestamp));
  }

  // The program.

  /** Does what the program asked for since the last time. */
  void attend(long now) {
    if (state == TcpState.CLOSED) {
      return;
    }
    if (connection.wantsAbort()) {
      abort();
      return;
    }
    send.noDelay = connection.wantsNoDelay();
    if (state != TcpState.SYN_SENT && state != TcpState.SYN_RECEIVED) {
      long idle = connection.keepAliveIdleNanos();
      keepAliveNanos = idle > 0 ? lastHeardNanos + idle : OFF;
    }
    if (connection.wantsDiscard()) {
      receive.discards = true;
    }
    if (connection.wantsClose() && !orphan) {
      orphan = true;
      if (state == TcpState.SYN_SENT) {
        end();
        return;
      }
      if (connection.in().available() > 0) {
        abort(); // RFC 2525 §2.17: the other side must know that its data was not read.
        return;
      }
      receive.discards = true;
      if (state == TcpState.FIN_WAIT_2) {
        waitNanos = now + ORPHAN_NANOS;
      }
    }
    if (connection.wantsFin()) {
      finish();
    }
    if (receive.hasNewsOfWindow() && state.receives()) {
      receive.ackNow = true;
    }
    tcp.ready(this);
  }

  private boolean bringsNews(SegmentIn segment) {
    return segment.dataLength > 0
        && Sequence.before(receive.next, segment.sequence + segment.dataLength);
  }

  private void finish() {
    if (send.finQueued) {
      return;
    }
    if (state == TcpState.ESTABLISHED) {
      become(TcpState.FIN_WAIT_1);
      send.finQueued = true;
    } else if (state == TcpState.CLOSE_WAIT) {
      become(TcpState.LAST_ACK);
      send.finQueued = true;
    }
  }

  void abort() {
    if (state != TcpState.SYN_SENT && state != TcpState.TIME_WAIT && state != TcpState.CLOSED) {
      tcp.reset(flow, send.most, receive.next, true);
    }
    fail(TcpFailure.ABORTED);
  }

  void fail(TcpFailure why) {
    if (state != TcpState.TIME_WAIT) { // Both streams have ended well by then.
      connection.onFailed(why);
    }
    end();
  }

  private void end() {
    if (state != TcpState.CLOSED) {
      boolean closed = state != TcpState.TIME_WAIT;
      become(TcpState.CLOSED);
      receive.clear();
      tcp.forget(this);
      if (closed) {
        connection.onClosed();
      }
    }
  }

  private void become(TcpState next) {
    state = next;
    connection.state(next);
  }

  /** Tells the program what is new; once for all segments of a batch. */
  void tellNews() {
    if (readableNews) {
      readableNews = false;
      connection.onReadable();
    }
    if (writableNews) {
      writableNews = false;
      connection.onWritable();
    }
  }

  // Time.

  void onDeadline(long now) {
    if (waitNanos <= now) {
      end();
      return;
    }
    if (receive.delayedAckNanos <= now) {
      receive.ackNow = true;
      receive.delayedAckNanos = OFF;
    }
    if (retransmitNanos <= now && !onRetransmission(now)) {
      return;
    }
    if (keepAliveNanos <= now && !onKeepAlive(now)) {
      return;
    }
    tcp.ready(this);
  }

  private boolean onRetransmission(long now) {
    retransmitNanos = OFF;
    stuckSinceNanos = stuckSinceNanos == OFF ? now : stuckSinceNanos;
    tries++;
    boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
    int most = state == TcpState.SYN_SENT ? SYN_TRIES : opening ? SYN_ACK_TRIES : DATA_TRIES;
    long patience = connection.userTimeoutNanos();
    boolean probing = !opening && send.isStalled();
    boolean answered = probing && now - lastHeardNanos < 2 * send.trip.timeout();
    if (answered) {
      tries = 1; // A window may stay shut for as long as its owner says so (RFC 1122 §4.2.2.17).
    }
    boolean impatient = patience > 0 && now - stuckSinceNanos >= patience;
    if (impatient || (tries > most && !answered)) {
      fail(TcpFailure.TIMED_OUT);
      return false;
    }
    if (opening) {
      send.trip.backOff();
      synPending = true;
    } else if (probing && send.una == send.most) {
      send.trip.backOff();
      probePending = true;
    } else {
      send.timedOut();
      probePending = send.isStalled();
    }
    return true;
  }

  private boolean onKeepAlive(long now) {
    long idle = connection.keepAliveIdleNanos();
    if (idle <= 0) {
      keepAliveNanos = OFF;
      return true;
    }
    if (now - lastHeardNanos < idle) {
      keepAliveNanos = lastHeardNanos + idle;
      return true;
    }
    if (probes >= connection.keepAliveProbes()) {
      fail(TcpFailure.TIMED_OUT);
      return false;
    }
    probes++;
    probePending = true;
    keepAliveNanos = now + connection.keepAliveIntervalNanos();
    return true;
  }

  long deadlineNanos() {
    return Math.min(
        Math.min(receive.delayedAckNanos, retransmitNanos), Math.min(keepAliveNanos, waitNanos));
  }

  private void armRetransmission(long now) {
    boolean waits = send.una != send.most || send.isStalled() || synIsOut();
    retransmitNanos = waits ? now + send.trip.timeout() : OFF;
  }

  private boolean synIsOut() {
    return state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
  }

  // Sending.

  /**
   * Sends all that may leave.
   *
   * @return false when the batch was full before that
   */
  boolean transmit(SegmentOut out, long now) {
    if (state == TcpState.CLOSED) {
      return true;
    }
    if (synPending) {
      if (!out.syn(this, tcp.mssOffered(flow), state == TcpState.SYN_RECEIVED, now)) {
        return false;
      }
      synPending = false;
      if (send.next == send.una) {
        send.sent(1, now);
      }
      receive.acknowledged();
      armRetransmission(now);
    }
    if (synIsOut()) {
      return true;
    }
    fitPath(now);
    if (!transmitLost(out, now) || !transmitNew(out, now)) {
      return false;
    }
    if (probePending) {
      if (!out.segment(this, send.una - 1, 0, 0, now)) {
        return false;
      }
      probePending = false;
    }
    if (receive.ackNow) {
      return acknowledge(out, now);
    }
    if (retransmitNanos == OFF && (send.una != send.most || send.isStalled())) {
      armRetransmission(now);
    }
    return true;
  }

  private boolean transmitLost(SegmentOut out, long now) {
    for (int lost; (lost = send.lostSequence()) != send.most; ) {
      int length = send.lostLength(lost);
      boolean fin = length == 0;
      if (!out.segment(this, lost, length, fin ? SegmentIn.FIN : 0, now)) {
        return false;
      }
      send.sentAgain(lost + (fin ? 1 : length));
      retransmitNanos = now + send.trip.timeout();
    }
    return true;
  }

  private boolean transmitNew(SegmentOut out, long now) {
    if (!state.sends()) {
      return true;
    }
    for (int length; (length = send.sendable()) > 0; ) {
      boolean last = length == send.unsent();
      boolean fin = last && send.finQueued;
      int flags = (last ? SegmentIn.PSH : 0) | (fin ? SegmentIn.FIN : 0);
      if (!out.segment(this, send.next, length, flags, now)) {
        return false;
      }
      send.sent(length + (fin ? 1 : 0), now);
      if (retransmitNanos == OFF) {
        armRetransmission(now);
      }
    }
    if (send.mayFinish()) {
      if (!out.segment(this, send.next, 0, SegmentIn.FIN, now)) {
        return false;
      }
      send.sent(1, now);
      armRetransmission(now);
    }
    return true;
  }

  /** One acknowledgement; without SACK as many as there were segments out of order (RFC 5681). */
  private boolean acknowledge(SegmentOut out, long now) {
    int count = send.sack ? 1 : Math.max(receive.duplicateAcks, 1);
    for (int i = 0; i < count; i++) {
      // Not from where a timeout begins again: the other side would take it for old, and not look
      // at
      // what it acknowledges; two who do that answer each other for ever.
      if (!out.segment(this, send.most, 0, 0, now)) {
        return false;
      }
    }
    receive.acknowledged();
    if (retransmitNanos == OFF && send.isStalled()) {
      armRetransmission(now);
    }
    return true;
  }

  int timestampNow(long now) {
    return timestamp(now);
  }

  int timestampEcho() {
    return recentTimestamp;
  }
}
