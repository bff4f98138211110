package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Opens one UDP socket with the options that the protocol wants.
 *
 * <p><b>Fragments:</b> outer packets may be fragmented, by this host and on the way, as in the
 * kernel's WireGuard (it clears DF and sets {@code ignore_df}): {@code IP_PMTUDISC_DONT}. The
 * default would set DF on what fits the path's MTU now, and then lose it where the path narrows
 * without saying so.
 *
 * <p><b>Errors:</b> {@code -errno}; nothing stays open then.
 *
 * <p><b>Source:</b> ip(7), ipv6(7), socket(7); Linux {@code drivers/net/wireguard/socket.c}.
 */
@Immutable
final class UdpSetup {
  /** Room for 5 ms of 10 Gbit/s; the kernel counts each packet's overhead, so it doubles this. */
  static final int BUFFER_BYTES = 7 << 20;

  private UdpSetup() {}

  /** Opens, sets up and binds a socket to a port of all addresses; answers its descriptor. */
  static int open(boolean v6, int port, int mark, OffloadSwitches switches) {
    int type = Inet.SOCK_DGRAM | Inet.SOCK_NONBLOCK | Inet.SOCK_CLOEXEC;
    int fd = Libc.socket(v6 ? Inet.AF_INET6 : Inet.AF_INET, type, 0);
    if (fd < 0) {
      return fd;
    }
    int result = v6 ? setOptionsV6(fd) : setOptionsV4(fd);
    if (result >= 0 && mark != 0) {
      result = mark(fd, mark);
    }
    if (result >= 0) {
      buffer(fd, Inet.SO_RCVBUFFORCE, Inet.SO_RCVBUF);
      buffer(fd, Inet.SO_SNDBUFFORCE, Inet.SO_SNDBUF);
      offload(fd, switches);
      result = bind(fd, v6, port);
    }
    if (result < 0) {
      Libc.close(fd);
      return result;
    }
    return fd;
  }

  private static void offload(int fd, OffloadSwitches switches) {
    if (switches.isOn(Offload.UDP_GSO)) {
      int result = option(fd, Inet.SOL_UDP, Inet.UDP_SEGMENT);
      if (result < 0) {
        switches.off(Offload.UDP_GSO, -result);
      }
    }
    if (switches.isOn(Offload.UDP_GRO)) {
      // It can be asked for since Linux 5.0, but read back only since 5.12, by when it worked.
      int result = set(fd, Inet.SOL_UDP, Inet.UDP_GRO, 1);
      int got = result < 0 ? result : option(fd, Inet.SOL_UDP, Inet.UDP_GRO);
      if (got != 1) {
        set(fd, Inet.SOL_UDP, Inet.UDP_GRO, 0);
        switches.off(Offload.UDP_GRO, got < 0 ? -got : Errno.EINVAL);
      }
    }
  }

  /** Sets the mark of what a socket sends. */
  static int mark(int fd, int mark) {
    return set(fd, Inet.SOL_SOCKET, Inet.SO_MARK, mark);
  }

  /** The port that a socket is bound to. */
  static int port(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(MessageVector.NAME_BYTES, 8);
      MemorySegment length = arena.allocateFrom(JAVA_INT, MessageVector.NAME_BYTES);
      int result = Libc.getsockname(fd, name.address(), length.address());
      return result < 0 ? result : Inet.port(name, 0);
    }
  }

  /** Reads an option that is an int. */
  static int option(int fd, int level, int name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_INT, 0);
      MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
      int result = Libc.getsockopt(fd, level, name, value.address(), length.address());
      return result < 0 ? result : value.get(JAVA_INT, 0);
    }
  }

  private static int setOptionsV4(int fd) {
    int result = set(fd, Inet.IPPROTO_IP, Inet.IP_PKTINFO, 1);
    if (result >= 0) {
      result = set(fd, Inet.IPPROTO_IP, Inet.IP_RECVTOS, 1);
    }
    if (result >= 0) {
      result = set(fd, Inet.IPPROTO_IP, Inet.IP_MTU_DISCOVER, Inet.IP_PMTUDISC_DONT);
    }
    return result;
  }

  private static int setOptionsV6(int fd) {
    int result = set(fd, Inet.IPPROTO_IPV6, Inet.IPV6_V6ONLY, 1);
    if (result >= 0) {
      result = set(fd, Inet.IPPROTO_IPV6, Inet.IPV6_RECVPKTINFO, 1);
    }
    if (result >= 0) {
      result = set(fd, Inet.IPPROTO_IPV6, Inet.IPV6_RECVTCLASS, 1);
    }
    if (result >= 0) {
      result = set(fd, Inet.IPPROTO_IPV6, Inet.IPV6_MTU_DISCOVER, Inet.IPV6_PMTUDISC_DONT);
    }
    return result;
  }

  private static void buffer(int fd, int force, int plain) {
    // Beyond the host's limit only with CAP_NET_ADMIN; without, as much as the limit gives.
    if (set(fd, Inet.SOL_SOCKET, force, BUFFER_BYTES) < 0) {
      set(fd, Inet.SOL_SOCKET, plain, BUFFER_BYTES);
    }
  }

  private static int bind(int fd, boolean v6, int port) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(MessageVector.NAME_BYTES, 8);
      IpAddress any = v6 ? IpAddress.v6(0, 0) : IpAddress.v4(0);
      int length = Inet.putAddress(name, 0, any, port, 0);
      return Libc.bind(fd, name.address(), length);
    }
  }

  /** Sets an option that is an int. */
  static int set(int fd, int level, int name, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(JAVA_INT, value);
      return Libc.setsockopt(fd, level, name, memory.address(), Integer.BYTES);
    }
  }

  /** Whether a socket's errno means that the host lacks the family. */
  static boolean isFamilyAbsent(int result) {
    return result == -Errno.EAFNOSUPPORT;
  }
}
