package dev.warren.embed.proxy.relay;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.Semaphore;
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
  private static final int MEDIUM_BYTES = 8_192;
  private static final int LARGE_BYTES = 65_536;

  /** Of all relays together; who finds none left goes on with a medium one. */
  private static final Semaphore LARGE = new Semaphore(1_024);

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
    try {
      for (int read = next(in, buffer, from, to);
          pass(buffer, read, to);
          read = next(in, buffer, from, to)) {
        counter.accept(read);
        buffer = fitting(buffer, read);
      }
    } finally {
      if (buffer.length == LARGE_BYTES) {
        LARGE.release();
      }
    }
  }

  /** Reads some bytes; 0 after a reset, which is passed on. */
  private int next(InputStream in, byte[] buffer, Socket from, Socket to) {
    try {
      int read = in.read(buffer);
      connection.touch();
      return read;
    } catch (IOException e) {
      Connection.reset(to);
      Connection.reset(from);
      return 0;
    }
  }

  /** Writes them, or ends the stream; whether more is to come. */
  private boolean pass(byte[] buffer, int count, Socket to) {
    try {
      if (count < 0) {
        connection.mayIdle(limits.halfClosed());
        to.shutdownOutput();
      } else if (count > 0) {
        to.getOutputStream().write(buffer, 0, count);
        connection.touch();
        return true;
      }
    } catch (IOException e) {
      // Reading from there tells how it ended.
    }
    return false;
  }

  /** A larger one after it was full, a smaller one after it was almost empty. */
  private static byte[] fitting(byte[] buffer, int used) {
    int size = buffer.length;
    if (used == size && size < MEDIUM_BYTES) {
      return new byte[MEDIUM_BYTES];
    }
    if (used == size && size == MEDIUM_BYTES && LARGE.tryAcquire()) {
      return new byte[LARGE_BYTES];
    }
    if (used < size / 16 && size == LARGE_BYTES) {
      LARGE.release();
      return new byte[SMALL_BYTES];
    }
    return buffer;
  }
}
