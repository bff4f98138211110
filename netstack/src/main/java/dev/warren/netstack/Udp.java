package dev.warren.netstack;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * UDP: which socket a datagram is for, and those that wait to be sent.
 *
 * <p><b>Owner:</b> the device's thread, but {@link #giveBack} and {@link #attention}, which any may
 * call.
 *
 * <p><b>Source:</b> RFC 768, RFC 1122 §4.1; RFC 8200 §8.1 (no zero checksums in IPv6).
 */
@Confined("device")
final class Udp {
  private static final int HEADER_BYTES = 8;
  private static final int V4_PORT_UNREACHABLE = 0x0303;
  private static final int V6_PORT_UNREACHABLE = 0x0104;
  private static final int PAGE = 256;

  private final Attention attention;
  private final Ports ports;
  private final OwnAddresses own;
  private final PathMtu pathMtu;
  private final Fragmenter fragmenter;
  private final StackCounters counters;

  /** By the port's upper byte, then its lower; sockets of one port are linked. */
  private final @Nullable Page[] pages = new Page[PAGE];

  private static final class Page {
    final @Nullable UdpSocket[] sockets = new UdpSocket[PAGE];
  }

  private @Nullable UdpSocket firstReady;
  private @Nullable UdpSocket lastReady;

  /** The sender of the last datagram: the next is often of the same. */
  private IpAddress lastFrom = IpAddress.v4(0);

  private boolean closed;

  Udp(
      Attention attention,
      Ports ports,
      OwnAddresses own,
      PathMtu pathMtu,
      Fragmenter fragmenter,
      StackCounters counters) {
    this.attention = attention;
    this.ports = ports;
    this.own = own;
    this.pathMtu = pathMtu;
    this.fragmenter = fragmenter;
    this.counters = counters;
  }

  Attention attention() {
    return attention;
  }

  /** Marks a socket closed and frees its port; false when that was done before. Any thread. */
  boolean giveBack(UdpSocket socket) {
    synchronized (socket) {
      if (socket.isClosed()) {
        return false;
      }
      socket.markClosed();
    }
    ports.release(Ports.UDP, socket.local, socket.port);
    return true;
  }

  boolean hasReady() {
    return firstReady != null;
  }

  /** A socket is new, was closed, or has something to send. */
  void attend(UdpSocket socket) {
    if (closed) {
      if (giveBack(socket)) {
        socket.wakeReader();
      }
      return;
    }
    if (socket.isClosed()) {
      detach(socket);
    } else if (!socket.isAttached) {
      attach(socket);
    }
    if (!socket.isReady && !socket.outbound.isEmpty()) {
      makeReady(socket);
    }
  }

  Fate receive(InboundPacket p, IpInput input) {
    MemorySegment memory = p.memory;
    int at = p.payload;
    if (p.payloadLength < HEADER_BYTES) {
      return Fate.BAD_PAYLOAD;
    }
    int length = memory.get(OutboundPackets.U16, at + 4) & 0xffff;
    if (length < HEADER_BYTES || length > p.payloadLength) {
      return Fate.BAD_PAYLOAD;
    }
    if (!isChecksumRight(p, length)) {
      return Fate.BAD_CHECKSUM;
    }
    int port = memory.get(OutboundPackets.U16, at + 2) & 0xffff;
    UdpSocket socket = find(p.v6, p.destinationHigh, p.destinationLow, port);
    if (socket == null) {
      input.answer(p.v6 ? V6_PORT_UNREACHABLE : V4_PORT_UNREACHABLE, 0);
      return Fate.PORT_CLOSED;
    }
    byte[] data = new byte[length - HEADER_BYTES];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + HEADER_BYTES, data, 0, data.length);
    IpAddress to = own.of(p.v6, p.destinationHigh, p.destinationLow);
    int fromPort = memory.get(OutboundPackets.U16, at) & 0xffff;
    return socket.deliver(new UdpSocket.Datagram(from(p), fromPort, to, data))
        ? Fate.DELIVERED
        : Fate.SOCKET_FULL;
  }

  private static boolean isChecksumRight(InboundPacket p, int length) {
    if (p.memory.get(OutboundPackets.U16, p.payload + 6) == 0) {
      return !p.v6;
    }
    long pseudo =
        OutboundPackets.pseudo(
            p.v6,
            p.sourceHigh,
            p.sourceLow,
            p.destinationHigh,
            p.destinationLow,
            Ports.UDP,
            length);
    return Checksum.finish(pseudo + Checksum.partial(p.memory, p.payload, length)) == 0;
  }

  private IpAddress from(InboundPacket p) {
    IpAddress last = lastFrom;
    if (last.low() != p.sourceLow || last.high() != p.sourceHigh || last.isV6() != p.v6) {
      last = p.v6 ? IpAddress.v6(p.sourceHigh, p.sourceLow) : IpAddress.v4((int) p.sourceLow);
      lastFrom = last;
    }
    return last;
  }

  /**
   * Sends what waits, a datagram of each socket in turn.
   *
   * @param limit how many datagrams at most
   * @return true when the batch is full and some are left
   */
  boolean transmit(OutboundPackets out, int limit, long nowNanos) {
    for (int left = limit; left > 0; ) {
      if (fragmenter.emit(out)) {
        return true;
      }
      UdpSocket socket = firstReady;
      if (socket == null) {
        return false;
      }
      UdpSocket.Outgoing datagram = socket.outbound.peek();
      if (datagram != null) {
        if (!send(socket, datagram, out, nowNanos)) {
          return true;
        }
        socket.outbound.poll();
        left--;
      }
      takeFirstReady();
      if (!socket.outbound.isEmpty()) {
        makeReady(socket);
      }
    }
    return fragmenter.emit(out);
  }

  private boolean send(
      UdpSocket socket, UdpSocket.Outgoing datagram, OutboundPackets out, long nowNanos) {
    IpAddress to = datagram.to();
    IpAddress from = socket.local != null ? socket.local : own.sourceFor(to);
    if (from == null || from.isV6() != to.isV6()) {
      counters.datagramUnsent();
      return true;
    }
    boolean v6 = to.isV6();
    int length = HEADER_BYTES + datagram.data().length;
    int mtu = pathMtu.pathMtu(v6, to.high(), to.low(), nowNanos);
    if (OutboundPackets.headerBytes(v6) + length > mtu) {
      write(socket, from, datagram, fragmenter.memory(), 0);
      fragmenter.begin(from, to, Ports.UDP, 0, length, mtu);
    } else {
      int at = out.open(v6, from.high(), from.low(), to.high(), to.low(), Ports.UDP, 0, length);
      if (at < 0) {
        return false;
      }
      write(socket, from, datagram, out.memory(), at);
    }
    socket.remember(to, datagram.port());
    return true;
  }

  private static void write(
      UdpSocket socket, IpAddress from, UdpSocket.Outgoing datagram, MemorySegment to, int at) {
    byte[] data = datagram.data();
    int length = HEADER_BYTES + data.length;
    to.set(OutboundPackets.U16, at, (short) socket.port);
    to.set(OutboundPackets.U16, at + 2, (short) datagram.port());
    to.set(OutboundPackets.U16, at + 4, (short) length);
    to.set(OutboundPackets.U16, at + 6, (short) 0);
    MemorySegment.copy(data, 0, to, ValueLayout.JAVA_BYTE, at + HEADER_BYTES, data.length);
    IpAddress remote = datagram.to();
    long pseudo =
        OutboundPackets.pseudo(
            from.isV6(), from.high(), from.low(), remote.high(), remote.low(), Ports.UDP, length);
    int checksum = Checksum.finish(pseudo + Checksum.partial(to, at, length));
    to.set(OutboundPackets.U16, at + 6, (short) (checksum == 0 ? 0xffff : checksum));
  }

  /** Whether a socket of ours sent such a datagram lately. */
  boolean isLive(Quote quote) {
    UdpSocket socket = sender(quote);
    return socket != null;
  }

  /** Takes an error about a datagram; false when it is about none of ours. */
  boolean unreachable(Quote quote, int kind) {
    UdpSocket socket = sender(quote);
    if (socket == null) {
      return false;
    }
    if (kind != IcmpKind.TIME_EXCEEDED && kind != IcmpKind.PARAMETER_PROBLEM) {
      IpAddress remote =
          quote.v6
              ? IpAddress.v6(quote.destinationHigh, quote.destinationLow)
              : IpAddress.v4((int) quote.destinationLow);
      socket.tellUnreachable(remote, quote.destinationPort());
    }
    return true;
  }

  private @Nullable UdpSocket sender(Quote quote) {
    UdpSocket socket = find(quote.v6, quote.sourceHigh, quote.sourceLow, quote.sourcePort());
    boolean sent =
        socket != null
            && socket.sentTo(quote.destinationHigh, quote.destinationLow, quote.destinationPort());
    return sent ? socket : null;
  }

  /** All sockets fail. */
  void close() {
    closed = true;
    firstReady = null;
    lastReady = null;
    for (int high = 0; high < PAGE; high++) {
      Page page = pages[high];
      pages[high] = null;
      for (int low = 0; page != null && low < PAGE; low++) {
        for (UdpSocket socket = page.sockets[low]; socket != null; socket = socket.nextOfPort) {
          if (giveBack(socket)) {
            socket.wakeReader();
          }
        }
      }
    }
  }

  private @Nullable UdpSocket find(boolean v6, long high, long low, int port) {
    Page page = pages[port >>> 8];
    UdpSocket ofAll = null;
    UdpSocket socket = page == null ? null : page.sockets[port & 0xff];
    for (; socket != null; socket = socket.nextOfPort) {
      IpAddress local = socket.local;
      if (socket.isClosed()) {
        continue;
      }
      if (local == null) {
        ofAll = socket;
      } else if (local.low() == low && local.high() == high && local.isV6() == v6) {
        return socket;
      }
    }
    return ofAll;
  }

  private void attach(UdpSocket socket) {
    int high = socket.port >>> 8;
    Page page = pages[high];
    if (page == null) {
      page = new Page();
      pages[high] = page;
    }
    socket.isAttached = true;
    socket.nextOfPort = page.sockets[socket.port & 0xff];
    page.sockets[socket.port & 0xff] = socket;
  }

  private void detach(UdpSocket socket) {
    Page page = pages[socket.port >>> 8];
    if (!socket.isAttached || page == null) {
      return;
    }
    socket.isAttached = false;
    int place = socket.port & 0xff;
    UdpSocket before = page.sockets[place];
    if (before == socket) {
      page.sockets[place] = socket.nextOfPort;
      return;
    }
    while (before != null && before.nextOfPort != socket) {
      before = before.nextOfPort;
    }
    if (before != null) {
      before.nextOfPort = socket.nextOfPort;
    }
  }

  private void makeReady(UdpSocket socket) {
    socket.isReady = true;
    socket.nextReady = null;
    if (lastReady == null) {
      firstReady = socket;
    } else {
      lastReady.nextReady = socket;
    }
    lastReady = socket;
  }

  private void takeFirstReady() {
    UdpSocket socket = firstReady;
    if (socket != null) {
      firstReady = socket.nextReady;
      socket.isReady = false;
      socket.nextReady = null;
      if (firstReady == null) {
        lastReady = null;
      }
    }
  }
}
