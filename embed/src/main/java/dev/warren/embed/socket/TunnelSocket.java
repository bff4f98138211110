package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;

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
    try {
      super.connect(resolved, timeoutMillis);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (InterruptedIOException e) {
      close();
      SocketException interrupted = new SocketException("Closed by interrupt");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
