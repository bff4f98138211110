package dev.warren.embed;

import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/**
 * Makes server sockets of a tunnel for libraries that take a {@link ServerSocketFactory}.
 *
 * <p><b>Owner:</b> any thread.
 */
@Immutable
public class TunnelServerSocketFactory extends ServerSocketFactory {
  private final Tunnel tunnel;

  /** For this tunnel. */
  public TunnelServerSocketFactory(Tunnel tunnel) {
    this.tunnel = tunnel;
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return tunnel.serverSocket();
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return tunnel.listen(port);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return tunnel.listen(null, port, backlog);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress local)
      throws IOException {
    return tunnel.listen(local, port, backlog);
  }
}
