package dev.warren.config.proxy;

import dev.warren.packet.owner.Immutable;
import org.jspecify.annotations.Nullable;

/** Something that a proxy serves: one section of its file. */
public sealed interface ProxyService {

  /** Where its section begins, from 1; 0 on a command line. */
  int line();

  /**
   * {@code [Socks5]}: SOCKS on this machine, into the tunnel.
   *
   * @param credentials null for everybody who reaches the address
   */
  @Immutable
  record Socks(int line, HostPort bind, @Nullable Credentials credentials)
      implements ProxyService {}

  /**
   * {@code [http]}: an HTTP proxy on this machine, into the tunnel.
   *
   * @param credentials null for everybody who reaches the address
   */
  @Immutable
  record Http(int line, HostPort bind, @Nullable Credentials credentials) implements ProxyService {}

  /** {@code [SNI]}: TLS on this machine, to the host in the tunnel that its first message names. */
  @Immutable
  record Sni(int line, HostPort bind) implements ProxyService {}

  /** {@code [TCPClientTunnel]}: a TCP port of this machine leads to a host in the tunnel. */
  @Immutable
  record TcpClient(int line, HostPort bind, HostPort target) implements ProxyService {}

  /** {@code [TCPServerTunnel]}: a TCP port in the tunnel leads to a host on this side. */
  @Immutable
  record TcpServer(int line, int port, HostPort target) implements ProxyService {}

  /**
   * {@code [UDPProxyTunnel]}: a UDP port of this machine leads to a host in the tunnel.
   *
   * @param inactivitySeconds after which a client is forgotten, 0 for never
   */
  @Immutable
  record UdpClient(int line, HostPort bind, HostPort target, int inactivitySeconds)
      implements ProxyService {}

  /**
   * {@code [UDPServerTunnel]}: a UDP port in the tunnel leads to a host on this side.
   *
   * @param inactivitySeconds after which a client is forgotten, 0 for never
   */
  @Immutable
  record UdpServer(int line, int port, HostPort target, int inactivitySeconds)
      implements ProxyService {}

  /** {@code [STDIOTunnel]}: standard input and output lead to a host in the tunnel. */
  @Immutable
  record Stdio(int line, HostPort target) implements ProxyService {}
}
