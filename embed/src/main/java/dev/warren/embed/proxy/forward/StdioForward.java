package dev.warren.embed.proxy.forward;

import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.ServiceCounters;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two streams, such as a process's standard input and output, joined to a host: for {@code
 * ProxyCommand} of ssh.
 *
 * <p>The end of the input is passed on, and the host may go on talking; it is over when the host
 * has ended.
 *
 * <p><b>Owner:</b> the thread that runs it, and a platform thread for the input, a daemon: nothing
 * wakes one that reads from a terminal.
 *
 * <p><b>Errors:</b> {@link IOException} when there is no connection, or it or the output breaks
 * off.
 */
@Shared
public final class StdioForward implements AutoCloseable {
  private static final int BUFFER_BYTES = 65_536;

  private final Socket socket;
  private final ServiceCounters counters;
  private final AtomicReference<IOException> failure = new AtomicReference<>();

  private StdioForward(Socket socket, ServiceCounters counters) {
    this.socket = socket;
    this.counters = counters;
  }

  /** Connects. */
  public static StdioForward dial(
      Network network, InetSocketAddress target, ProxyLimits limits, ServiceCounters counters)
      throws IOException {
    Socket socket = network.dial(target, limits.dial());
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    return new StdioForward(socket, counters);
  }

  /** Carries bytes both ways until the host has ended. */
  public void run(InputStream in, OutputStream out) throws IOException {
    counters.opened();
    Thread.ofPlatform().daemon().name("warren-proxy-input").start(() -> send(in));
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream from = socket.getInputStream();
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        out.write(buffer, 0, read);
        out.flush();
        counters.toClient(read);
      }
    } catch (IOException e) {
      IOException cause = failure.get();
      Connection.reset(socket);
      throw cause == null ? e : cause;
    } finally {
      counters.closed();
      Connection.close(socket);
    }
  }

  private void send(InputStream in) {
    byte[] buffer = new byte[BUFFER_BYTES];
    int read;
    while (true) {
      try {
        read = in.read(buffer);
      } catch (IOException e) {
        failure.set(e);
        Connection.reset(socket);
        return;
      }
      try {
        if (read < 0) {
          socket.shutdownOutput();
          return;
        }
        socket.getOutputStream().write(buffer, 0, read);
        counters.fromClient(read);
      } catch (IOException e) {
        return; // Reading from it tells how it ended.
      }
    }
  }

  /** Ends it with a reset. */
  @Override
  public void close() {
    Connection.reset(socket);
  }
}
