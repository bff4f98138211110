package dev.warren.sim.stack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches all that one stack sends and is given, and complains of what a peer need not put up with:
 * malformed packets, packets larger than the link or a router said, data beyond the peer's window
 * or segment size, windows that shrink or exceed the buffer, acknowledgments of what never came.
 *
 * <p><b>Owner:</b> the thread that carries the stack's packets.
 *
 * <p><b>Source:</b> RFC 9293 §3.8.6, RFC 7323 §2, RFC 1191 §6.3, RFC 5927.
 */
@Confined("sim")
public final class StackObserver {
  private static final long AGE_NANOS = 540_000_000_000L;
  private static final int FLOOR_V4 = 552;
  private static final int FLOOR_V6 = 1280;
  private static final int HALF = 1 << 30;

  private final int receiveBufferBytes;
  private final Consumer<String> complaints;
  private final Map<Key, Flow> flows = new HashMap<>();
  private int mtu;

  private record Key(IpAddress local, int localPort, IpAddress remote, int remotePort) {}

  /** One connection as far as it was seen. */
  private static final class Flow {
    boolean isOpen;
    int ownStart;
    int ownScale = -1;
    int ownEnd;
    int ownEdge;
    boolean hasOwnEdge;
    int ackSeen;
    int peerScale = -1;
    int peerSegment = 536;
    int peerEnd;
    int peerEdge;
    boolean hasPeerEdge;
    int tooBigMtu = Integer.MAX_VALUE;
    long tooBigNanos;

    /** The peer's last SYN that bore no acknowledgment. */
    @Nullable WirePacket peerSyn;

    @Nullable WirePacket lastSent;
    @Nullable WirePacket lastReceived;

    int ownShift() {
      return ownScale >= 0 && peerScale >= 0 ? ownScale : 0;
    }

    int peerShift() {
      return ownScale >= 0 && peerScale >= 0 ? Math.min(14, peerScale) : 0;
    }
  }

  public StackObserver(int mtu, int receiveBufferBytes, Consumer<String> complaints) {
    this.mtu = mtu;
    this.receiveBufferBytes = receiveBufferBytes;
    this.complaints = complaints;
  }

  /** The stack was told another MTU. */
  public void mtu(int newMtu) {
    mtu = newMtu;
    flows.values().forEach(flow -> flow.tooBigMtu = Integer.MAX_VALUE);
  }

  /** The stack sent this. */
  public void sent(byte[] bytes, long nowNanos) {
    WirePacket packet = WirePacket.read(bytes);
    if (packet == null) {
      complaints.accept("sent what is no IP packet");
      return;
    }
    @Nullable String objection = packet.objection();
    if (objection != null) {
      complaints.accept("sent " + packet + ": " + objection);
    } else if (packet.length() > mtu && !packet.isFragment()) {
      // Of a datagram under way when the MTU became smaller, the rest is cut as it was begun.
      complaints.accept("sent " + packet + ": " + packet.length() + " bytes, MTU " + mtu);
    } else if (packet.isTcp()) {
      sentSegment(packet, nowNanos);
    }
  }

  private void sentSegment(WirePacket packet, long nowNanos) {
    Flow flow =
        flows.computeIfAbsent(
            new Key(
                packet.source(),
                packet.sourcePort(),
                packet.destination(),
                packet.destinationPort()),
            key -> new Flow());
    flow.lastSent = packet;
    if (packet.has(WirePacket.RST)) {
      flow.isOpen = false;
      return;
    }
    if (packet.has(WirePacket.SYN)) {
      opened(flow, packet);
    }
    if (!flow.isOpen) {
      return;
    }
    int end = packet.sequence() + packet.sequenceLength();
    if (end - flow.ownEnd > 0) {
      flow.ownEnd = end;
    }
    if (packet.length() > flow.tooBigMtu && nowNanos - flow.tooBigNanos < AGE_NANOS) {
      complain(flow, "a router takes " + flow.tooBigMtu + ", this has " + packet.length());
    }
    if (packet.dataBytes() > flow.peerSegment && !packet.has(WirePacket.SYN)) {
      complain(flow, "more data than the peer's segment size " + flow.peerSegment);
    }
    // One byte beyond is a probe; a FIN may be as well.
    if (flow.hasPeerEdge && packet.sequenceLength() > 0 && end - flow.peerEdge > 1) {
      complain(flow, (end - flow.peerEdge) + " bytes beyond the peer's window");
    }
    if (packet.has(WirePacket.ACK)) {
      sentAcknowledgment(flow, packet);
    }
  }

  private void sentAcknowledgment(Flow flow, WirePacket packet) {
    int acknowledgment = packet.acknowledgment();
    if (acknowledgment - flow.peerEnd > 0) {
      complain(flow, (acknowledgment - flow.peerEnd) + " bytes acknowledged that never came");
    }
    int shift = packet.has(WirePacket.SYN) ? 0 : flow.ownShift();
    int window = packet.window() << shift;
    if (window > Math.max(receiveBufferBytes, 65_535)) {
      complain(flow, "a window of " + window + ", buffer " + receiveBufferBytes);
    }
    int edge = acknowledgment + window;
    if (flow.hasOwnEdge && edge - flow.ownEdge < -(1 << shift)) {
      complain(flow, "its window shrank by " + (flow.ownEdge - edge));
    }
    if (!flow.hasOwnEdge || edge - flow.ownEdge > 0) {
      flow.ownEdge = edge;
      flow.hasOwnEdge = true;
    }
  }

  /** A SYN of the stack's: a connection begins, unless it is the same SYN once more. */
  private static void opened(Flow flow, WirePacket packet) {
    @Nullable WirePacket peerSyn = flow.peerSyn;
    if (flow.isOpen && flow.ownStart == packet.sequence()) {
      if (packet.has(WirePacket.ACK) && peerSyn != null && !flow.hasPeerEdge) {
        answered(flow, peerSyn);
      }
      return;
    }
    flow.isOpen = true;
    flow.ownStart = packet.sequence();
    flow.ownEnd = packet.sequence();
    flow.ackSeen = packet.sequence();
    flow.ownScale = packet.scale();
    flow.hasOwnEdge = false;
    flow.hasPeerEdge = false;
    flow.peerScale = -1;
    flow.peerSegment = 536;
    flow.tooBigMtu = Integer.MAX_VALUE;
    if (packet.has(WirePacket.ACK) && peerSyn != null) {
      answered(flow, peerSyn);
    }
  }

  /** The peer's SYN of this connection is known. */
  private static void answered(Flow flow, WirePacket syn) {
    flow.peerScale = syn.scale();
    flow.peerSegment = syn.maximumSegment() < 0 ? 536 : syn.maximumSegment();
    flow.peerEnd = syn.sequence() + 1;
    // Its window counts from the first byte of ours.
    flow.peerEdge = flow.ownStart + 1 + syn.window();
    flow.hasPeerEdge = true;
  }

  /** The stack is given this; what no stack should believe is passed over. */
  public void received(byte[] bytes, long nowNanos) {
    WirePacket packet = WirePacket.read(bytes);
    if (packet == null || packet.objection() != null) {
      return;
    }
    if (packet.isTcp()) {
      receivedSegment(packet);
    } else if (packet.tooBigMtu() >= 0) {
      receivedTooBig(packet, nowNanos);
    }
  }

  private void receivedSegment(WirePacket packet) {
    Flow flow =
        flows.computeIfAbsent(
            new Key(
                packet.destination(),
                packet.destinationPort(),
                packet.source(),
                packet.sourcePort()),
            key -> new Flow());
    boolean syn = packet.has(WirePacket.SYN);
    boolean ack = packet.has(WirePacket.ACK);
    flow.lastReceived = packet;
    if (packet.has(WirePacket.RST)) {
      return;
    }
    if (syn && !ack) {
      // Of a SYN that came more than once any may be the one that counted.
      @Nullable WirePacket before = flow.peerSyn;
      if (before == null
          || before.sequence() != packet.sequence()
          || before.maximumSegment() < packet.maximumSegment()) {
        flow.peerSyn = packet;
      }
      return;
    }
    int acknowledgment = packet.acknowledgment();
    boolean possible =
        ack && acknowledgment - flow.ownEnd <= 0 && flow.ownEnd - acknowledgment < HALF;
    if (!flow.isOpen || !possible) {
      return;
    }
    if (syn) {
      if (!flow.hasPeerEdge) {
        answered(flow, packet);
      }
      return;
    }
    int end = packet.sequence() + packet.sequenceLength();
    if (end - flow.peerEnd > 0 && end - flow.peerEnd < HALF) {
      flow.peerEnd = end;
    }
    if (acknowledgment - flow.ackSeen > 0) {
      flow.ackSeen = acknowledgment;
    }
    int edge = acknowledgment + (packet.window() << flow.peerShift());
    if (!flow.hasPeerEdge || edge - flow.peerEdge > 0) {
      flow.peerEdge = edge;
      flow.hasPeerEdge = true;
    }
  }

  private void receivedTooBig(WirePacket packet, long nowNanos) {
    @Nullable WirePacket quoted = packet.quoted();
    if (quoted == null || !quoted.isTcp()) {
      return;
    }
    @Nullable Flow flow =
        flows.get(
            new Key(
                quoted.source(),
                quoted.sourcePort(),
                quoted.destination(),
                quoted.destinationPort()));
    if (flow == null || !flow.isOpen) {
      return;
    }
    boolean outstanding =
        quoted.sequence() - flow.ackSeen >= 0 && quoted.sequence() - flow.ownEnd < 0;
    if (outstanding) {
      int floor = quoted.isV6() ? FLOOR_V6 : FLOOR_V4;
      flow.tooBigMtu = Math.min(flow.tooBigMtu, Math.max(floor, packet.tooBigMtu()));
      flow.tooBigNanos = nowNanos;
    }
  }

  /**
   * Segments that an attacker off the path could send to this stack, for a connection that it has:
   * each must be thrown away, whatever it is answered with.
   */
  public byte @Nullable [] forge(int choice, int far) {
    for (Flow flow : flows.values()) {
      @Nullable WirePacket last = flow.lastReceived;
      if (flow.isOpen && last != null && flow.hasPeerEdge && flow.hasOwnEdge) {
        int beyond = flow.peerEnd + 1 + (far & 0xfff);
        return switch (choice % 4) {
          case 0 -> last.forged(beyond, flow.ackSeen, WirePacket.RST);
          case 1 -> last.forged(beyond, flow.ackSeen, WirePacket.SYN);
          case 2 -> last.forged(flow.peerEnd, flow.ownEnd + 100_000 + far, WirePacket.ACK);
          default -> last.forged(flow.peerEnd - HALF, flow.ackSeen, WirePacket.RST);
        };
      }
    }
    return null;
  }

  private void complain(Flow flow, String what) {
    complaints.accept(
        "%s; sent %s; the last received %s".formatted(what, flow.lastSent, flow.lastReceived));
  }
}
