package dev.warren.interop.stack;

import dev.warren.netstack.Stack;
import dev.warren.netstack.TcpConnection;
import dev.warren.netstack.TcpFailure;
import dev.warren.netstack.TcpListener;
import dev.warren.packet.IpAddress;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The stack's end of a connection, made to wait.
 *
 * <p>Owner: one thread reads, one writes.
 */
final class StackStream implements Duplex, TcpConnection.Events {
  private static final long PATIENCE_SECONDS = 30;

  private final Semaphore connected = new Semaphore(0);
  private final Semaphore readable = new Semaphore(0);
  private final Semaphore writable = new Semaphore(0);
  private final Semaphore over = new Semaphore(0);
  private @Nullable TcpConnection connection;
  private volatile boolean isConnected;
  private volatile @Nullable TcpFailure failure;

  /** Connects and waits until it is. */
  static StackStream connect(Stack stack, IpAddress to, int port) throws IOException {
    StackStream stream = new StackStream();
    stream.connection = stack.connect(null, 0, to, port, stream);
    await(stream.connected, "connection");
    if (!stream.isConnected) {
      throw new IOException("connect: " + stream.failure);
    }
    return stream;
  }

  /** Takes the next connection; {@code acceptable} is what the listener releases. */
  static StackStream accept(TcpListener listener, Semaphore acceptable) throws IOException {
    await(acceptable, "accept");
    StackStream stream = new StackStream();
    TcpConnection accepted = listener.accept(stream);
    if (accepted == null) {
      throw new IOException("nothing to accept");
    }
    stream.connection = accepted;
    return stream;
  }

  private static void await(Semaphore semaphore, String what) throws IOException {
    try {
      if (!semaphore.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no " + what + " within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    semaphore.drainPermits();
  }

  TcpConnection connection() {
    TcpConnection known = connection;
    if (known == null) {
      throw new IllegalStateException("not connected");
    }
    return known;
  }

  @Nullable TcpFailure failure() {
    return failure;
  }

  /** Waits until the connection failed, and says why. */
  @Nullable TcpFailure awaitFailure() throws IOException {
    await(over, "failure");
    return failure;
  }

  @Override
  public int read(byte[] into) throws IOException {
    while (true) {
      int count = connection().read(into, 0, into.length);
      if (count == -2) {
        throw new IOException("read: " + failure);
      }
      if (count != 0) {
        return count;
      }
      await(readable, "data");
    }
  }

  @Override
  public void write(byte[] from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = connection().write(from, done, length - done);
      if (count == -2) {
        throw new IOException("write: " + failure);
      }
      done += count;
      if (done < length) {
        await(writable, "room");
      }
    }
  }

  @Override
  public void shutdownOutput() {
    connection().shutdownOutput();
  }

  @Override
  public void abort() {
    connection().abort();
  }

  @Override
  public void close() {
    connection().close();
  }

  @Override
  public void connected() {
    isConnected = true;
    connected.release();
  }

  @Override
  public void readable() {
    readable.release();
  }

  @Override
  public void writable() {
    writable.release();
  }

  @Override
  public void failed(TcpFailure why) {
    failure = why;
    connected.release();
    readable.release();
    writable.release();
    over.release();
  }

  @Override
  public void closed() {
    readable.release();
    writable.release();
    over.release();
  }
}
