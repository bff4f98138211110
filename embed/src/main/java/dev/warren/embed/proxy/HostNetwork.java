package dev.warren.embed.proxy;

import dev.warren.embed.Network;
import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The network that this machine is in, by the JDK's own sockets.
 *
 * <p><b>Owner:</b> any thread, virtual ones too.
 */
@Immutable
public final class HostNetwork implements Network {
  /** The network. */
  public HostNetwork() {}

  @Override
  public Socket dial(InetSocketAddress to, Duration timeout) throws IOException {
    List<InetAddress> found =
        to.isUnresolved() ? resolve(to.getHostString()) : List.of(to.getAddress());
    long begin = System.nanoTime();
    IOException last = null;
    for (InetAddress address : found) {
      long left = timeout.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (last != null && !timeout.isZero() && left <= 0) {
        break;
      }
      Socket socket = new Socket();
      try {
        int millis = timeout.isZero() ? 0 : Math.clamp(left, 1, Integer.MAX_VALUE);
        socket.connect(new InetSocketAddress(address, to.getPort()), millis);
        return socket;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last == null ? new UnknownHostException(to.getHostString()) : last;
  }

  @Override
  public ServerSocket listen(@Nullable InetAddress local, int port, int backlog)
      throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(local, port), backlog);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException {
    return new DatagramSocket(new InetSocketAddress(local, port));
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    return List.of(InetAddress.getAllByName(host));
  }
}
