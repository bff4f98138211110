package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A TCP socket of a tunnel. An address whose name is unresolved is resolved inside the tunnel.
 *
 * <p><b>Owner:</b> any thread: one may read while another writes and a third closes.
 */
@Shared
final class TunnelSocket extends Socket {
  private final Sockets sockets;

  TunnelSocket(Sockets sockets, TunnelSocketImpl connection) throws SocketException {
    super(connection);
    this.sockets = sockets;
  }

  @Override
  public void connect(SocketAddress to) throws IOException {
    connect(to, 0);
  }

  @Override
  public void connect(SocketAddress to, int timeoutMillis) throws IOException {
    SocketAddress resolved = to;
    if (to instanceof InetSocketAddress named
        && named.isUnresolved()
        && !isClosed()
        && !isConnected()) {
      try {
        resolved =
            new InetSocketAddress(
                sockets.resolve(named.getHostString()).getFirst(), named.getPort());
      } catch (IOException e) {
        close();
        throw e;
      }
    }
    super.connect(resolved, timeoutMillis);
  }
}
