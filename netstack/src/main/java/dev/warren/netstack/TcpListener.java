package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import org.jspecify.annotations.Nullable;

/** The signatures of a listener; nothing comes. */
@Shared
public final class TcpListener {
  private final @Nullable IpAddress local;
  private final int port;
  private final Ports ports;

  TcpListener(@Nullable IpAddress local, int port, Ports ports) {
    this.local = local;
    this.port = port;
    this.ports = ports;
  }

  public @Nullable TcpConnection accept(TcpConnection.Events events) {
    return null;
  }

  public @Nullable IpAddress localAddress() {
    return local;
  }

  public int localPort() {
    return port;
  }

  public void close() {
    ports.release(Ports.TCP, local, port);
  }
}
