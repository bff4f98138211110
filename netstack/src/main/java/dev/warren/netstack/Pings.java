package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The echo requests that wait for their replies, {@value #MAX_PINGS} at most; one more fails.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 792; RFC 4443 §4. Identifier and sequence number are random: who did not
 * see the request cannot reply.
 */
@Confined("device")
final class Pings {
  static final int MAX_PINGS = 1024;
  static final int MAX_PAYLOAD = 65_000;

  final Attention attention;

  private final OwnAddresses own;
  private final Replies replies;
  private final RandomGenerator random;
  private final List<Ping> waiting = new ArrayList<>();
  private long nextDeadlineNanos = Long.MAX_VALUE;
  private boolean closed;

  Pings(Attention attention, OwnAddresses own, Replies replies, RandomGenerator random) {
    this.attention = attention;
    this.own = own;
    this.replies = replies;
    this.random = random;
  }

  long nextDeadlineNanos() {
    return nextDeadlineNanos;
  }

  void start(Ping ping, long nowNanos) {
    IpAddress source = own.sourceFor(ping.remote);
    if (closed) {
      ping.failed("closed");
    } else if (source == null) {
      ping.failed("no address of this family");
    } else if (waiting.size() >= MAX_PINGS || ping.payloadBytes > MAX_PAYLOAD) {
      ping.failed("too many, or too large");
    } else {
      ping.source = source;
      ping.identifierAndSequence = random.nextInt();
      ping.sentNanos = nowNanos;
      if (!replies.echoRequest(
          source, ping.remote, ping.identifierAndSequence, ping.payloadBytes)) {
        ping.failed("no room to send");
        return;
      }
      waiting.add(ping);
      nextDeadlineNanos = Math.min(nextDeadlineNanos, deadline(ping));
    }
  }

  /** Takes an echo reply; false when nobody waits for it. */
  boolean reply(InboundPacket p, long nowNanos) {
    int id = p.memory.get(OutboundPackets.U32, p.payload + 4);
    Ping ping = find(id, p.v6, p.sourceHigh, p.sourceLow);
    int length = p.payloadLength - Replies.HEADER_BYTES;
    if (ping == null || length != ping.payloadBytes) {
      return false;
    }
    int from = p.payload + Replies.HEADER_BYTES;
    for (int i = 0; i < length; i++) {
      if (p.memory.get(ValueLayout.JAVA_BYTE, from + i) != (byte) i) {
        return false;
      }
    }
    remove(ping);
    ping.replied(nowNanos);
    return true;
  }

  boolean isLive(Quote quote) {
    return find(quote) != null;
  }

  /** Takes an error about an echo request; false when it is about none that waits. */
  boolean unreachable(Quote quote, int kind) {
    Ping ping = find(quote);
    if (ping == null) {
      return false;
    }
    remove(ping);
    ping.failed(IcmpKind.text(kind));
    return true;
  }

  /** Gives up those whose time is up. */
  void expire(long nowNanos) {
    if (nowNanos < nextDeadlineNanos) {
      return;
    }
    for (int i = waiting.size() - 1; i >= 0; i--) {
      Ping ping = waiting.get(i);
      if (deadline(ping) <= nowNanos) {
        waiting.remove(i);
        ping.failed("no reply in time");
      }
    }
    findDeadline();
  }

  void remove(Ping ping) {
    if (waiting.remove(ping)) {
      findDeadline();
    }
  }

  void close() {
    closed = true;
    List<Ping> left = List.copyOf(waiting);
    waiting.clear();
    findDeadline();
    for (Ping ping : left) {
      ping.failed("closed");
    }
  }

  private @Nullable Ping find(Quote quote) {
    if (quote.protocol != (quote.v6 ? Replies.ICMPV6 : Replies.ICMP)) {
      return null;
    }
    return find(quote.secondWord, quote.v6, quote.destinationHigh, quote.destinationLow);
  }

  private @Nullable Ping find(int id, boolean v6, long high, long low) {
    for (int i = 0; i < waiting.size(); i++) {
      Ping ping = waiting.get(i);
      IpAddress remote = ping.remote;
      if (ping.identifierAndSequence == id
          && remote.low() == low
          && remote.high() == high
          && remote.isV6() == v6) {
        return ping;
      }
    }
    return null;
  }

  private void findDeadline() {
    nextDeadlineNanos = Long.MAX_VALUE;
    for (int i = 0; i < waiting.size(); i++) {
      nextDeadlineNanos = Math.min(nextDeadlineNanos, deadline(waiting.get(i)));
    }
  }

  private static long deadline(Ping ping) {
    long deadline = ping.sentNanos + ping.timeoutNanos;
    return deadline < ping.sentNanos ? Long.MAX_VALUE : deadline;
  }
}
