package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Numbers and layouts of the socket interface for IPv4 and IPv6.
 *
 * <p><b>Shape:</b> {@code sockaddr_in}: u16 family (native), u16 port and u32 address (network
 * order), 8 zero bytes. {@code sockaddr_in6}: u16 family, u16 port (network), u32 flow info, 16
 * bytes address, u32 scope (native). A control message: u64 length with this header, u32 level, u32
 * type, data, padded to 8.
 *
 * <p><b>Source:</b> ip(7), ipv6(7), udp(7), cmsg(3); Linux {@code asm-generic/socket.h}, which
 * x86-64 and aarch64 share.
 */
@Immutable
final class Inet {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;

  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_ATTACH_FILTER = 26;
  static final int SO_DETACH_FILTER = 27;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int SO_MARK = 36;

  static final int IPPROTO_IP = 0;
  static final int IP_TOS = 1;
  static final int IP_PKTINFO = 8;
  static final int IP_MTU_DISCOVER = 10;
  static final int IP_RECVTOS = 13;
  static final int IP_PMTUDISC_DONT = 0;

  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_MTU_DISCOVER = 23;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;
  static final int IPV6_RECVTCLASS = 66;
  static final int IPV6_TCLASS = 67;
  static final int IPV6_PMTUDISC_DONT = 0;

  static final int SOL_UDP = 17;
  static final int UDP_SEGMENT = 103;
  static final int UDP_GRO = 104;

  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;

  static final int SOCKADDR_IN_BYTES = 16;
  static final int SOCKADDR_IN6_BYTES = 28;

  static final int CMSG_HEADER_BYTES = 16;

  static final ValueLayout.OfShort SHORT_BE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Inet() {}

  /** Writes the address to send to; answers its length. */
  static int putAddress(
      MemorySegment memory, int offset, IpAddress address, int port, int scopeId) {
    memory.set(SHORT_BE, offset + 2, (short) port);
    memory.set(JAVA_INT_UNALIGNED, offset + 4, 0);
    if (!address.isV6()) {
      memory.set(JAVA_SHORT, offset, (short) AF_INET);
      address.write(memory, offset + 4);
      memory.set(JAVA_LONG, offset + 8, 0);
      return SOCKADDR_IN_BYTES;
    }
    memory.set(JAVA_SHORT, offset, (short) AF_INET6);
    address.write(memory, offset + 8);
    memory.set(JAVA_INT, offset + 24, scopeId);
    return SOCKADDR_IN6_BYTES;
  }

  /** The port of either kind of address. */
  static int port(MemorySegment memory, int offset) {
    return memory.get(SHORT_BE, offset + 2) & 0xffff;
  }

  /** Writes the header of a control message with {@code bytes} of data; answers where they go. */
  static int putControl(MemorySegment memory, int offset, int level, int type, int bytes) {
    memory.set(JAVA_LONG, offset, CMSG_HEADER_BYTES + bytes);
    memory.set(JAVA_INT, offset + 8, level);
    memory.set(JAVA_INT, offset + 12, type);
    return offset + CMSG_HEADER_BYTES;
  }

  /** The room a control message with {@code bytes} of data takes. */
  static int controlSpace(int bytes) {
    return CMSG_HEADER_BYTES + ((bytes + 7) & -8);
  }
}
