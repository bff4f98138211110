package dev.warren.netstack;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * ICMP and ICMPv6 as they come in: answers echo requests, takes echo replies to {@link Pings}, and
 * errors to whoever sent the packet that they quote.
 *
 * <p>An error is believed only when its quote names a flow that is live here; TCP checks the
 * sequence number as well.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 792, RFC 1122 §3.2.2, RFC 1191 §4; RFC 4443, RFC 8201 §4; RFC 5927.
 */
@Confined("device")
final class IcmpInput {
  private final OwnAddresses own;
  private final Replies replies;
  private final Pings pings;
  private final Tcp tcp;
  private final Udp udp;
  private final PathMtu pathMtu;
  private final Quote quote = new Quote();

  IcmpInput(OwnAddresses own, Replies replies, Pings pings, Tcp tcp, Udp udp, PathMtu pathMtu) {
    this.own = own;
    this.replies = replies;
    this.pings = pings;
    this.tcp = tcp;
    this.udp = udp;
    this.pathMtu = pathMtu;
  }

  Fate receive(InboundPacket p, long nowNanos) {
    if (p.payloadLength < Replies.HEADER_BYTES) {
      return Fate.BAD_PAYLOAD;
    }
    long pseudo =
        p.v6
            ? Checksum.pseudoV6(
                p.sourceHigh,
                p.sourceLow,
                p.destinationHigh,
                p.destinationLow,
                Replies.ICMPV6,
                p.payloadLength)
            : 0;
    if (Checksum.finish(pseudo + Checksum.partial(p.memory, p.payload, p.payloadLength)) != 0) {
      return Fate.BAD_CHECKSUM;
    }
    int type = p.memory.get(ValueLayout.JAVA_BYTE, p.payload) & 0xff;
    int code = p.memory.get(ValueLayout.JAVA_BYTE, p.payload + 1) & 0xff;
    if (type == (p.v6 ? 128 : 8)) {
      return replies.echoReply(p) ? Fate.DELIVERED : Fate.REPLIES_FULL;
    }
    if (type == (p.v6 ? 129 : 0)) {
      return pings.reply(p, nowNanos) ? Fate.DELIVERED : Fate.ICMP_STRAY;
    }
    boolean tooBig = p.v6 ? type == 2 : type == 3 && code == 4;
    int kind = IcmpKind.of(p.v6, type, code);
    if (!tooBig && kind < 0) {
      return Fate.ICMP_IGNORED;
    }
    return error(p, tooBig, kind, nowNanos);
  }

  private Fate error(InboundPacket p, boolean tooBig, int kind, long nowNanos) {
    int at = p.payload + Replies.HEADER_BYTES;
    if (!quote.read(p.v6, p.memory, at, p.payloadLength - Replies.HEADER_BYTES)) {
      return Fate.BAD_PAYLOAD;
    }
    if (!own.has(p.v6, quote.sourceHigh, quote.sourceLow)) {
      return Fate.ICMP_STRAY;
    }
    return tooBig ? tooBig(mtuOf(p), nowNanos) : unreachable(kind, nowNanos);
  }

  private int mtuOf(InboundPacket p) {
    MemorySegment memory = p.memory;
    if (p.v6) {
      int mtu = memory.get(OutboundPackets.U32, p.payload + 4);
      return mtu < 0 ? Integer.MAX_VALUE : Math.max(mtu, PathMtu.MIN_V6);
    }
    int mtu = memory.get(OutboundPackets.U16, p.payload + 6) & 0xffff;
    return mtu == 0 ? PathMtu.plateauBelow(quote.packetBytes) : Math.max(mtu, PathMtu.MIN_V4);
  }

  private Fate tooBig(int mtu, long nowNanos) {
    if (quote.protocol == Ports.TCP) {
      tcp.tooBig(flow(), quote.secondWord, mtu, nowNanos);
      return Fate.DELIVERED;
    }
    boolean live = quote.protocol == Ports.UDP ? udp.isLive(quote) : pings.isLive(quote);
    if (live) {
      pathMtu.learned(quote.v6, quote.destinationHigh, quote.destinationLow, mtu, nowNanos);
    }
    return live ? Fate.DELIVERED : Fate.ICMP_STRAY;
  }

  private Fate unreachable(int kind, long nowNanos) {
    if (quote.protocol == Ports.TCP) {
      boolean refused = kind == IcmpKind.PORT_UNREACHABLE || kind == IcmpKind.PROTOCOL_UNREACHABLE;
      tcp.unreachable(flow(), quote.secondWord, refused, nowNanos);
      return Fate.DELIVERED;
    }
    boolean ours =
        quote.protocol == Ports.UDP ? udp.unreachable(quote, kind) : pings.unreachable(quote, kind);
    return ours ? Fate.DELIVERED : Fate.ICMP_STRAY;
  }

  private Flow flow() {
    return new Flow(
        own.of(quote.v6, quote.sourceHigh, quote.sourceLow),
        quote.sourcePort(),
        quote.v6
            ? IpAddress.v6(quote.destinationHigh, quote.destinationLow)
            : IpAddress.v4((int) quote.destinationLow),
        quote.destinationPort());
  }
}
