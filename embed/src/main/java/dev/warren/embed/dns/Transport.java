package dev.warren.embed.dns;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How name servers are reached.
 *
 * <p><b>Owner:</b> any thread, virtual ones too.
 */
public interface Transport {
  /**
   * Connects to a TCP port.
   *
   * @param timeout how long to wait at most; zero for as long as TCP does
   */
  Socket dial(InetSocketAddress to, Duration timeout) throws IOException;

  /**
   * Opens a UDP port.
   *
   * @param local an own address, or null for all
   * @param port 0 for a random one
   */
  DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException;
}
