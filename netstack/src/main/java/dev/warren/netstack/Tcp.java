package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.net.BindException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The signatures of TCP: nothing is sent and every connection fails. */
@Confined("device")
final class Tcp {
  private final Ports ports;
  private final Attention attention;

  Tcp(
      StackSettings settings,
      RandomGenerator random,
      PathMtu pathMtu,
      Ports ports,
      Attention attention) {
    this.ports = ports;
    this.attention = attention;
  }

  /** False for a segment that is damaged. */
  boolean receive(InboundPacket p, long nowNanos) {
    return true;
  }

  /** True: batch full, more to come. */
  boolean transmit(OutboundPackets out, long nowNanos) {
    return false;
  }

  long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }

  /** An ICMP error about a segment of ours. */
  void unreachable(Flow flow, int sequence, boolean refused, long nowNanos) {}

  /** A segment of ours was too big; the sequence number is to be checked, then PathMtu told. */
  void tooBig(Flow flow, int sequence, int mtu, long nowNanos) {}

  void close() {}

  /** Any thread; a local null: no address of the family. */
  TcpConnection connect(
      @Nullable IpAddress local,
      int localPort,
      IpAddress remote,
      int remotePort,
      TcpConnection.Events events) {
    TcpConnection connection =
        new TcpConnection(local != null ? local : remote, remote, remotePort, events);
    attention.add(connection);
    return connection;
  }

  /** Any thread. */
  TcpListener listen(@Nullable IpAddress local, int port, int backlog, Runnable acceptable)
      throws BindException {
    int bound = ports.bind(Ports.TCP, local, port);
    if (bound < 0) {
      throw new BindException("Address already in use");
    }
    return new TcpListener(local, bound, ports);
  }
}
