package dev.warren.netstack;

import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.IcmpError;
import dev.warren.packet.IpAddress;
import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What ICMP has to say: errors, echo replies and echo requests, written when they are due and sent
 * with the next batch.
 *
 * <p>Bounds: 256 messages of 512 KiB; what does not fit is dropped. Of errors at most {@value
 * #ERRORS_PER_SECOND} a second are said on average, {@value #ERROR_BURST} at once.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 792, RFC 1122 §3.2.2.6; RFC 4443 §2.4(f), §4.
 */
@Confined("device")
final class Replies {
  static final int ERRORS_PER_SECOND = 100;
  static final int ERROR_BURST = 50;
  static final int QUEUE_MESSAGES = 256;
  static final int QUEUE_BYTES = 512 << 10;

  static final int ICMP = 1;
  static final int ICMPV6 = 58;
  static final int HEADER_BYTES = 8;

  private static final long NANOS_PER_ERROR = 1_000_000_000L / ERRORS_PER_SECOND;
  private static final int DSCP = 0xfc;
  private static final int V4_ECHO_REPLY = 0;
  private static final int V4_ECHO_REQUEST = 8;
  private static final int V6_ECHO_REQUEST = 128;
  private static final int V6_ECHO_REPLY = 129;

  private final Batch queue = new Batch(QUEUE_MESSAGES, QUEUE_BYTES);
  private final OutboundPackets writer = new OutboundPackets();
  private final PathMtu pathMtu;
  private final Fragmenter fragmenter;
  private final StackCounters counters;
  private int next;

  /** When the bucket would be full again; errors are said while that is near enough. */
  private long fullNanos = Long.MIN_VALUE;

  Replies(PathMtu pathMtu, Fragmenter fragmenter, StackCounters counters) {
    this.pathMtu = pathMtu;
    this.fragmenter = fragmenter;
    this.counters = counters;
    writer.into(queue);
  }

  boolean isEmpty() {
    return next == queue.count();
  }

  /** Answers a packet with an error, if it may be answered and not too many were lately. */
  void error(
      int typeAndCode, int word, MemorySegment packet, int offset, int length, long nowNanos) {
    long full = Math.max(fullNanos, nowNanos);
    if (full - nowNanos > (ERROR_BURST - 1) * NANOS_PER_ERROR) {
      counters.errorWithheld();
      return;
    }
    int slot = queue.reserve(IcmpError.MAX_LENGTH);
    if (slot < 0) {
      counters.errorWithheld();
      return;
    }
    int at = queue.offset(slot);
    int written = IcmpError.write(typeAndCode, word, packet, offset, length, queue.memory(), at);
    if (written == 0) {
      queue.truncate(slot);
      forgetSent();
      return;
    }
    queue.bounds(slot, at, written);
    fullNanos = full + NANOS_PER_ERROR;
    counters.errorSent();
  }

  /** Answers an echo request; false when there is no room. */
  @SuppressWarnings("ArgumentSelectionDefectChecker") // a reply goes the other way
  boolean echoReply(InboundPacket p) {
    int at =
        writer.open(
            p.v6,
            p.destinationHigh,
            p.destinationLow,
            p.sourceHigh,
            p.sourceLow,
            p.v6 ? ICMPV6 : ICMP,
            p.tos & DSCP,
            p.payloadLength);
    if (at < 0) {
      return false;
    }
    MemorySegment.copy(p.memory, p.payload, queue.memory(), at, p.payloadLength);
    queue.memory().set(OutboundPackets.U32, at, (p.v6 ? V6_ECHO_REPLY : V4_ECHO_REPLY) << 24);
    long pseudo =
        pseudo(
            p.v6, p.destinationHigh, p.destinationLow, p.sourceHigh, p.sourceLow, p.payloadLength);
    finish(at, p.payloadLength, pseudo);
    return true;
  }

  /** Asks for an echo of a payload that counts upward; false when there is no room. */
  boolean echoRequest(
      IpAddress source, IpAddress destination, int identifierAndSequence, int payloadBytes) {
    boolean v6 = source.isV6();
    int length = HEADER_BYTES + payloadBytes;
    int at =
        writer.open(
            v6,
            source.high(),
            source.low(),
            destination.high(),
            destination.low(),
            v6 ? ICMPV6 : ICMP,
            0,
            length);
    if (at < 0) {
      return false;
    }
    MemorySegment memory = queue.memory();
    memory.set(OutboundPackets.U32, at, (v6 ? V6_ECHO_REQUEST : V4_ECHO_REQUEST) << 24);
    memory.set(OutboundPackets.U32, at + 4, identifierAndSequence);
    for (int i = 0; i < payloadBytes; i++) {
      memory.set(ValueLayout.JAVA_BYTE, at + HEADER_BYTES + i, (byte) i);
    }
    long pseudo =
        pseudo(v6, source.high(), source.low(), destination.high(), destination.low(), length);
    finish(at, length, pseudo);
    return true;
  }

  /** Moves messages into the batch; true when it is full and some are left. */
  boolean transmit(OutboundPackets out, long nowNanos) {
    while (next < queue.count()) {
      if (fragmenter.emit(out) || !copy(next, out, nowNanos)) {
        return true;
      }
      next++;
    }
    forgetSent();
    return fragmenter.emit(out);
  }

  private boolean copy(int slot, OutboundPackets out, long nowNanos) {
    MemorySegment packet = queue.memory();
    int at = queue.offset(slot);
    boolean v6 = IpPacket.version(packet, at) == 6;
    long sourceHigh = v6 ? IpPacket.v6SourceHigh(packet, at) : 0;
    long sourceLow = v6 ? IpPacket.v6SourceLow(packet, at) : IpPacket.v4Source(packet, at);
    long toHigh = v6 ? IpPacket.v6DestinationHigh(packet, at) : 0;
    long toLow =
        v6
            ? IpPacket.v6DestinationLow(packet, at)
            : IpPacket.v4Destination(packet, at) & 0xffffffffL;
    int header = OutboundPackets.headerBytes(v6);
    int payload = queue.length(slot) - header;
    int tos = IpPacket.tos(packet, at);
    int protocol = v6 ? ICMPV6 : ICMP;
    int mtu = pathMtu.pathMtu(v6, toHigh, toLow, nowNanos);
    if (header + payload > mtu) {
      MemorySegment.copy(packet, at + header, fragmenter.memory(), 0, payload);
      fragmenter.begin(v6, sourceHigh, sourceLow, toHigh, toLow, protocol, tos, payload, mtu);
      return true;
    }
    int to = out.open(v6, sourceHigh, sourceLow, toHigh, toLow, protocol, tos, payload);
    if (to < 0) {
      return false;
    }
    MemorySegment.copy(packet, at + header, out.memory(), to, payload);
    return true;
  }

  private void forgetSent() {
    if (next == queue.count()) {
      queue.clear();
      next = 0;
    }
  }

  private void finish(int at, int length, long pseudo) {
    MemorySegment memory = queue.memory();
    int checksum = Checksum.finish(pseudo + Checksum.partial(memory, at, length));
    memory.set(OutboundPackets.U16, at + 2, (short) checksum);
  }

  private static long pseudo(
      boolean v6, long sourceHigh, long sourceLow, long toHigh, long toLow, int length) {
    return v6 ? Checksum.pseudoV6(sourceHigh, sourceLow, toHigh, toLow, ICMPV6, length) : 0;
  }
}
