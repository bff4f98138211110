package dev.warren.embed;

import dev.warren.embed.dns.Transport;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place where sockets are opened: a tunnel's private network, or the host's own. Proxies and
 * forwards join two of them.
 *
 * <p><b>Owner:</b> any thread, virtual ones too.
 *
 * <p><b>Errors:</b> those of the JDK's own sockets, under the same types.
 */
public interface Network extends Transport {
  /**
   * Connects to a TCP port.
   *
   * @param to an address; where it is unresolved its name is resolved inside this network
   * @param timeout how long to wait at most; zero for as long as TCP does
   */
  @Override
  Socket dial(InetSocketAddress to, Duration timeout) throws IOException;

  /**
   * Listens on a TCP port.
   *
   * @param local one of this network's own addresses, or null for all
   * @param port 0 for a random one
   * @param backlog how many connections may wait to be accepted
   */
  ServerSocket listen(@Nullable InetAddress local, int port, int backlog) throws IOException;

  /**
   * Opens a UDP port.
   *
   * @param local one of this network's own addresses, or null for all
   * @param port 0 for a random one
   */
  @Override
  DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException;

  /** The addresses of a host, never empty; a numeric one is taken as it is. */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
