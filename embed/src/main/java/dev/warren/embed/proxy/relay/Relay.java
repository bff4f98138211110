package dev.warren.embed.proxy.relay;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.function.IntConsumer;

/**
 * Carries bytes between two sockets, both ways, until both directions have ended.
 *
 * <p>The end of a stream is passed on as such, and the other direction goes on; a reset is passed
 * on as a reset. Who reads slowly is written to slowly, and what is not yet written is not read: a
 * direction holds one buffer, small while little comes.
 *
 * <p>When writing fails nobody listens there any more, but what was said before may still be under
 * way; so the other direction goes on until reading tells how that ended.
 *
 * <p><b>Owner:</b> the thread that runs it, and one more for the way back.
 */
@Shared
final class Relay {
  private static final int SMALL_BYTES = 2_048;
  private static final int LARGE_BYTES = 65_536;

  private final Connection connection;
  private final InputStream fromClient;
  private final Socket client;
  private final Socket other;
  private final ProxyLimits limits;

  Relay(Connection connection, InputStream fromClient, Socket other, ProxyLimits limits) {
    this.connection = connection;
    this.fromClient = fromClient;
    this.client = connection.client();
    this.other = other;
    this.limits = limits;
  }

  void run() throws IOException {
    connection.mayIdle(limits.idle());
    client.setSoTimeout(0);
    for (Socket each : new Socket[] {client, other}) {
      each.setTcpNoDelay(true);
      each.setKeepAlive(true);
    }
    InputStream fromOther = other.getInputStream();
    ServiceCounters counters = connection.counters();
    Thread back =
        Thread.ofVirtual()
            .name("warren-proxy-back")
            .start(() -> pump(fromOther, other, client, counters::toClient));
    pump(fromClient, client, other, counters::fromClient);
    try {
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(InputStream in, Socket from, Socket to, IntConsumer counter) {
    byte[] buffer = new byte[SMALL_BYTES];
    while (true) {
      int read;
      try {
        read = in.read(buffer);
      } catch (IOException e) {
        Connection.reset(to);
        Connection.reset(from);
        return;
      }
      connection.touch();
      try {
        OutputStream out = to.getOutputStream();
        if (read < 0) {
          connection.mayIdle(limits.halfClosed());
          to.shutdownOutput();
          return;
        }
        out.write(buffer, 0, read);
      } catch (IOException e) {
        return;
      }
      connection.touch();
      counter.accept(read);
      buffer = fitting(buffer, read);
    }
  }

  /** A larger one after it was full, a smaller one after it was almost empty. */
  private static byte[] fitting(byte[] buffer, int used) {
    if (used == buffer.length && buffer.length < LARGE_BYTES) {
      return new byte[buffer.length * 4 > LARGE_BYTES ? LARGE_BYTES : buffer.length * 4];
    }
    return used < buffer.length / 16 && buffer.length > SMALL_BYTES
        ? new byte[SMALL_BYTES]
        : buffer;
  }
}
