package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All TCP connections of a stack: which one a segment belongs to, which want to send, and when the
 * next wants to be looked at.
 *
 * <p>Bounded: connections by the settings (one in TIME-WAIT gives way, the oldest first), resets
 * that wait to be sent by {@link #MAX_RESETS}, challenge acknowledgements by about a hundred a
 * second.
 *
 * <p><b>Owner:</b> the device's thread, but for {@link #connect} and {@link #listen}.
 *
 * <p><b>Source:</b> RFC 9293; RFC 6528 (initial sequence numbers), RFC 5961 §7 (limit).
 */
@Confined("device")
final class Tcp {
  private static final int MAX_RESETS = 64;
  private static final int LEAST_CHALLENGES_PER_SECOND = 64;
  private static final long SECOND = 1_000_000_000;

  /** In the place of a local port. */
  private static final int NO_ROUTE = -2;

  private final StackSettings settings;
  private final PathMtu pathMtu;
  private final Ports ports;
  private final Attention attention;
  private final SipHash hash;
  private final Spares spares = new Spares();
  private final ConnectionTable connections;
  private final TimerHeap timers = new TimerHeap();
  private final Map<Integer, List<TcpListener>> listeners = new HashMap<>();
  private final SegmentIn segment = new SegmentIn();
  private final SegmentOut out = new SegmentOut();
  private final Reset[] resets = new Reset[MAX_RESETS];
  private int resetCount;
  private final java.util.ArrayDeque<ControlBlock> timeWaits = new java.util.ArrayDeque<>();

  private @Nullable ControlBlock firstReady;
  private @Nullable ControlBlock lastReady;
  private long nowNanos;
  private long challengeSecond;
  private int challenges;
  private boolean closed;

  private record Reset(Flow flow, int sequence, int acknowledgment, boolean acknowledges) {}

  Tcp(
      StackSettings settings,
      RandomGenerator random,
      PathMtu pathMtu,
      Ports ports,
      Attention attention) {
    this.settings = settings;
    this.pathMtu = pathMtu;
    this.ports = ports;
    this.attention = attention;
    this.hash = new SipHash(random);
    this.connections = new ConnectionTable(random.nextLong());
  }

  // Any thread.

  /**
   * Begins a connection; what comes of it the events tell.
   *
   * @param local null when there is no address of that family
   */
  TcpConnection connect(
      @Nullable IpAddress local,
      int localPort,
      IpAddress remote,
      int remotePort,
      TcpConnection.Events events) {
    int port = local == null ? NO_ROUTE : ports.connect(local, localPort, remote, remotePort);
    Flow flow = new Flow(local == null ? remote : local, port, remote, remotePort);
    TcpConnection connection =
        new TcpConnection(
            this, flow, settings.sendBufferBytes(), settings.receiveBufferBytes(), events, null);
    attention.add(connection);
    return connection;
  }

  /** Listens from the next time on that the device's thread comes by. */
  TcpListener listen(@Nullable IpAddress local, int port, int backlog, Runnable acceptable)
      throws BindException {
    int bound = ports.bind(Ports.TCP, local, port);
    if (bound < 0) {
      throw new BindException("Address already in use");
    }
    TcpListener listener = new TcpListener(this, local, bound, backlog, acceptable);
    attention.add(listener);
    return listener;
  }

  Spares spares() {
    return spares;
  }

  Attention attention() {
    return attention;
  }

  // Opening and ending.

  void open(ControlBlock block, long now) {
    nowNanos = now;
    Flow flow = block.flow;
    ControlBlock old = connections.find(flow);
    if (closed || flow.localPort() < 0 || old != null || !makeRoom()) {
      boolean noRoute = flow.localPort() == NO_ROUTE;
      TcpFailure why = noRoute ? TcpFailure.UNREACHABLE : TcpFailure.NO_ROOM;
      block.connection.onFailed(closed ? TcpFailure.ABORTED : why);
      if (flow.localPort() > 0) {
        release(block);
      }
      return;
    }
    connections.add(block);
    long hashed = hashOf(flow);
    block.openActively(initialSequence(hashed, now), (int) (hashed >>> 32), now);
  }

  private boolean makeRoom() {
    if (connections.count() < settings.maxConnections()) {
      return true;
    }
    for (ControlBlock oldest; (oldest = timeWaits.pollFirst()) != null; ) {
      if (oldest.state == TcpState.TIME_WAIT) {
        oldest.fail(TcpFailure.ABORTED);
        return true;
      }
    }
    return false;
  }

  /** A connection ended. */
  void forget(ControlBlock block) {
    connections.remove(block);
    timers.remove(block);
    release(block);
  }

  private void release(ControlBlock block) {
    if (block.listener == null) {
      Flow flow = block.flow;
      ports.disconnect(flow.local(), flow.localPort(), flow.remote(), flow.remotePort());
    }
  }

  void register(TcpListener listener) {
    listeners.computeIfAbsent(listener.localPort(), port -> new ArrayList<>(1)).add(listener);
  }

  /** From any thread: others may have the port. */
  void release(TcpListener listener) {
    ports.release(Ports.TCP, listener.localAddress(), listener.localPort());
  }

  void unregister(TcpListener listener) {
    List<TcpListener> same = listeners.get(listener.localPort());
    if (same != null && same.remove(listener)) {
      if (same.isEmpty()) {
        listeners.remove(listener.localPort());
      }
    }
  }

  /** Ends everything; nothing is sent any more. */
  void close() {
    closed = true;
    connections.forEach(block -> block.fail(TcpFailure.ABORTED));
    for (List<TcpListener> each : List.copyOf(listeners.values())) {
      for (TcpListener listener : List.copyOf(each)) {
        listener.close();
        listener.attend(nowNanos);
      }
    }
  }

  // Segments.

  /** Answers false for a segment that is damaged. */
  boolean receive(InboundPacket packet, long now) {
    nowNanos = now;
    if (!segment.read(packet)) {
      return false;
    }
    ControlBlock block =
        connections.find(
            packet.v6,
            packet.destinationHigh,
            packet.destinationLow,
            segment.destinationPort,
            packet.sourceHigh,
            packet.sourceLow,
            segment.sourcePort);
    if (block != null) {
      block.onSegment(segment, now);
      schedule(block);
    } else {
      withoutConnection(packet, now);
    }
    return true;
  }

  private void withoutConnection(InboundPacket packet, long now) {
    if (segment.has(SegmentIn.RST)) {
      return;
    }
    IpAddress local = address(packet.v6, packet.destinationHigh, packet.destinationLow);
    IpAddress remote = address(packet.v6, packet.sourceHigh, packet.sourceLow);
    Flow flow = new Flow(local, segment.destinationPort, remote, segment.sourcePort);
    TcpListener listener = listener(local, segment.destinationPort);
    boolean plainSyn = segment.has(SegmentIn.SYN) && !segment.has(SegmentIn.ACK);
    if (listener == null || !plainSyn) {
      refuse(flow);
    } else if (segment.sourcePort != 0 && listener.hasRoom() && makeRoom()) {
      admit(listener, flow, now);
    }
  }

  private void admit(TcpListener listener, Flow flow, long now) {
    TcpConnection connection =
        new TcpConnection(
            this, flow, settings.sendBufferBytes(), settings.receiveBufferBytes(), null, listener);
    ControlBlock block = connection.block();
    connections.add(block);
    listener.onHalfOpen(block);
    long hashed = hashOf(flow);
    block.openPassively(segment, initialSequence(hashed, now), (int) (hashed >>> 32), now);
    schedule(block);
  }

  /** RFC 9293 §3.10.7.1: a reset that the other side believes. */
  private void refuse(Flow flow) {
    if (segment.has(SegmentIn.ACK)) {
      reset(flow, segment.acknowledgment, 0, false);
    } else {
      reset(flow, 0, segment.sequence + segment.span(), true);
    }
  }

  /** Whether a SYN took the place of a connection in TIME-WAIT. */
  boolean reuses(ControlBlock old, SegmentIn syn, long now) {
    if (!syn.has(SegmentIn.SYN) || syn.has(SegmentIn.ACK) || !old.yieldsTo(syn)) {
      return false;
    }
    TcpListener listener = listener(old.flow.local(), old.flow.localPort());
    if (listener == null || !listener.hasRoom()) {
      return false;
    }
    Flow flow = old.flow;
    old.fail(TcpFailure.ABORTED);
    admit(listener, flow, now);
    return true;
  }

  private @Nullable TcpListener listener(IpAddress local, int port) {
    List<TcpListener> candidates = listeners.get(port);
    TcpListener found = null;
    if (candidates != null) {
      for (TcpListener each : candidates) {
        if (local.equals(each.localAddress())) {
          return each;
        }
        if (each.localAddress() == null) {
          found = each;
        }
      }
    }
    return found;
  }

  private static IpAddress address(boolean v6, long high, long low) {
    return v6 ? IpAddress.v6(high, low) : IpAddress.v4((int) low);
  }

  // ICMP about what we sent.

  /** What a message quotes: the packet is one of ours, under way to {@code remote}. */
  private @Nullable ControlBlock quoted(Flow flow, int sequence) {
    ControlBlock block = connections.find(flow);
    boolean believed =
        block != null
            && Sequence.atMost(block.send.una, sequence)
            && Sequence.atMost(sequence, block.send.most);
    return believed ? block : null;
  }

  /**
   * The destination cannot be reached (RFC 5461): ends a connection that is being opened, and is a
   * hint at most for one that is open.
   */
  void unreachable(Flow flow, int sequence, boolean refused, long now) {
    nowNanos = now;
    ControlBlock block = quoted(flow, sequence);
    if (block != null && block.state == TcpState.SYN_SENT) {
      block.fail(refused ? TcpFailure.REFUSED : TcpFailure.UNREACHABLE);
    }
  }

  /** A packet was too big for the path: what is under way leaves again in smaller ones. */
  void tooBig(Flow flow, int sequence, int mtu, long now) {
    nowNanos = now;
    ControlBlock block = quoted(flow, sequence);
    IpAddress remote = flow.remote();
    if (block != null
        && block.state.sends()
        && pathMtu.learned(flow.v6(), remote.high(), remote.low(), mtu, now)) {
      int before = block.send.mss;
      block.fitPath(now);
      if (block.send.mss < before) {
        block.send.resegment();
        ready(block);
      }
    }
  }

  // Going out.

  /** Queues a connection to be asked for segments. */
  void ready(ControlBlock block) {
    if (!block.isReady && block.state != TcpState.CLOSED) {
      block.isReady = true;
      if (lastReady == null) {
        firstReady = block;
      } else {
        lastReady.nextReady = block;
      }
      lastReady = block;
    }
  }

  void reset(Flow flow, int sequence, int acknowledgment, boolean acknowledges) {
    if (resetCount < MAX_RESETS) {
      resets[resetCount++] = new Reset(flow, sequence, acknowledgment, acknowledges);
    }
  }

  boolean mayChallenge() {
    long second = nowNanos / SECOND;
    if (second != challengeSecond) {
      challengeSecond = second;
      // Never the same number twice, or who counts them learns of others' connections.
      challenges = LEAST_CHALLENGES_PER_SECOND + (int) (hash.of(second, 0, 0, 0, 0) & 63);
    }
    return challenges-- > 0;
  }

  /**
   * Runs what is due and fills the batch.
   *
   * @return whether it was full before all was sent
   */
  boolean transmit(OutboundPackets packets, long now) {
    nowNanos = now;
    out.into(packets);
    for (ControlBlock due; (due = timers.first()) != null && due.wakeNanos <= now; ) {
      timers.remove(due);
      due.onDeadline(now);
      schedule(due);
    }
    for (; resetCount > 0; resetCount--) {
      Reset reset = resets[resetCount - 1];
      if (!out.reset(reset.flow, reset.sequence, reset.acknowledgment, reset.acknowledges)) {
        return true;
      }
    }
    for (ControlBlock block; (block = firstReady) != null; ) {
      firstReady = block.nextReady;
      lastReady = firstReady == null ? null : lastReady;
      block.nextReady = null;
      block.isReady = false;
      block.tellNews();
      boolean done = block.transmit(out, now);
      schedule(block);
      if (!done) {
        ready(block);
        return true;
      }
    }
    return false;
  }

  /** Looks at a connection no later than it wants; earlier costs less than moving it each time. */
  private void schedule(ControlBlock block) {
    if (block.state == TcpState.CLOSED) {
      timers.remove(block);
      return;
    }
    if (block.state == TcpState.TIME_WAIT && block.heapIndex < 0) {
      timeWaits.addLast(block);
      trimTimeWaits();
    }
    long wanted = block.deadlineNanos();
    if (wanted < block.wakeNanos) {
      timers.set(block, wanted);
    }
  }

  private void trimTimeWaits() {
    while (!timeWaits.isEmpty() && timeWaits.peekFirst().state != TcpState.TIME_WAIT) {
      timeWaits.removeFirst();
    }
  }

  long nextDeadlineNanos() {
    return firstReady != null || resetCount > 0 ? nowNanos : timers.firstNanos();
  }

  int connectionCount() {
    return connections.count();
  }

  // What connections ask for.

  int pathMtu(Flow flow, long now) {
    return pathMtu.pathMtu(flow.v6(), flow.remote().high(), flow.remote().low(), now);
  }

  int mssOffered(Flow flow) {
    int header = OutboundPackets.headerBytes(flow.v6()) + SegmentIn.HEADER_BYTES;
    return pathMtu.linkMtu() - header;
  }

  /** The scale that makes the receive buffer fit the field. */
  int windowScale() {
    int scale = 0;
    while (scale < 14 && settings.receiveBufferBytes() >> scale > 0xffff) {
      scale++;
    }
    return scale;
  }

  private long hashOf(Flow flow) {
    return hash.of(
        flow.local().high(),
        flow.local().low(),
        flow.remote().high(),
        flow.remote().low(),
        flow.ports());
  }

  /** RFC 6528 §3: a clock of 4 µs and what only we can compute. */
  private static int initialSequence(long hashed, long now) {
    return (int) (now >> 12) + (int) hashed;
  }
}
