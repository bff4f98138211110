package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/**
 * A TCP server socket of a tunnel.
 *
 * <p><b>Owner:</b> any thread.
 */
@Shared
final class TunnelServerSocket extends ServerSocket {
  private final Sockets sockets;

  TunnelServerSocket(Sockets sockets, TunnelAcceptor acceptor) throws IOException {
    super(acceptor);
    this.sockets = sockets;
  }

  @Override
  public Socket accept() throws IOException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
    if (!isBound()) {
      throw new SocketException("Socket is not bound yet");
    }
    Socket accepted = new TunnelSocket(sockets, new TunnelSocketImpl(sockets));
    implAccept(accepted);
    return accepted;
  }
}
