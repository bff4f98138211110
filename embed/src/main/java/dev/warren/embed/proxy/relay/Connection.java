package dev.warren.embed.proxy.relay;

import dev.warren.packet.owner.Shared;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A client that is served, and whatever is open on its account.
 *
 * <p><b>Units:</b> times are nanoseconds since this class was loaded.
 *
 * <p><b>Owner:</b> the threads that serve it; the reception's ends it.
 */
@Shared
public final class Connection {
  private static final long BEGIN = System.nanoTime();
  private static final long NEVER = Long.MAX_VALUE;

  /** What is read of what a client still says after it was told the end, and for how long. */
  private static final int FAREWELL_BYTES = 262_144;

  private static final int FAREWELL_MILLIS = 1_000;

  private final Socket client;
  private final ServiceCounters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Closeable> attached = new ArrayList<>(1);
  private boolean ended;
  private volatile long dueNanos = NEVER;
  private volatile long idleNanos = NEVER;
  private volatile long touchedNanos = now();

  Connection(Socket client, ServiceCounters counters) {
    this.client = client;
    this.counters = counters;
  }

  private static long now() {
    return System.nanoTime() - BEGIN;
  }

  /** The client's socket. */
  public Socket client() {
    return client;
  }

  /** The service's counters. */
  public ServiceCounters counters() {
    return counters;
  }

  /** This is closed when the connection ends; at once when it has ended. */
  public <T extends Closeable> T attach(T resource) throws IOException {
    lock.lock();
    try {
      if (!ended) {
        attached.add(resource);
        return resource;
      }
    } finally {
      lock.unlock();
    }
    close(resource);
    throw new SocketException("Socket closed");
  }

  /** This was closed, and is no longer of the connection. */
  public void detach(Closeable resource) {
    lock.lock();
    try {
      attached.remove(resource);
    } finally {
      lock.unlock();
    }
  }

  /** From now on it has so long; until another time is set. */
  public void within(Duration limit) {
    idleNanos = NEVER;
    dueNanos = now() + limit.toNanos();
  }

  /** From now on it may be silent so long, and take as long as it likes. */
  public void mayIdle(Duration limit) {
    touch();
    idleNanos = limit.toNanos();
    dueNanos = NEVER;
  }

  /** It is not silent. */
  public void touch() {
    touchedNanos = now();
  }

  boolean isOverdue() {
    long now = now();
    return now >= dueNanos || now - touchedNanos >= idleNanos;
  }

  /**
   * Joins the client to another that is attached, until both directions have ended.
   *
   * @param fromClient what the client says, from where its request ended
   */
  public void relay(InputStream fromClient, Socket other, ProxyLimits limits) throws IOException {
    new Relay(this, fromClient, other, limits).run();
  }

  /** Says this to the client and nothing more, so that it gets it even if it is still talking. */
  public void farewell(byte[] last) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(last);
    client.shutdownOutput();
    within(Duration.ofMillis(FAREWELL_MILLIS));
    client.setSoTimeout(FAREWELL_MILLIS);
    InputStream in = client.getInputStream();
    byte[] nobodyReads = new byte[2048];
    int left = FAREWELL_BYTES;
    try {
      while (left > 0) {
        int read = in.read(nobodyReads);
        left = read < 0 ? 0 : left - read;
      }
    } catch (IOException e) {
      // It was told, and that was all.
    }
  }

  /** Ends it with a reset: what was said may be lost. */
  public void abort() {
    reset(client);
    end();
  }

  void end() {
    List<Closeable> all;
    lock.lock();
    try {
      ended = true;
      all = List.copyOf(attached);
      attached.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(Connection::close);
    close(client);
  }

  /** Closes a socket so that the other side learns that this was no orderly end. */
  public static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed, or reset from the other side.
    }
    close(socket);
  }

  /** Closes, and minds no failure: there is nothing more to do about it. */
  public static void close(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      // As said.
    }
  }
}
