package dev.warren.cli.quickstart;

import dev.warren.embed.Network;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A private network whose every address is this machine's loopback, its ports moved. */
final class LoopbackNetwork implements Network {
  private final Map<Integer, Integer> moved = new ConcurrentHashMap<>();

  @Override
  public Socket dial(InetSocketAddress to, Duration timeout) throws IOException {
    Socket socket = new Socket();
    int port = moved.getOrDefault(to.getPort(), to.getPort());
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) timeout.toMillis());
    return socket;
  }

  @Override
  public ServerSocket listen(@Nullable InetAddress local, int port, int backlog)
      throws IOException {
    ServerSocket door = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    moved.put(port, door.getLocalPort());
    return door;
  }

  @Override
  public DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException {
    return new DatagramSocket(0, InetAddress.getLoopbackAddress());
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    return List.of(InetAddress.getAllByName(host));
  }
}
