package dev.warren.embed.proxy.relay;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Accepts connections for all services, and sees to their end.
 *
 * <p>Of more connections than there may be each is told so and closed. One thread looks after those
 * that are overdue.
 *
 * <p><b>Owner:</b> any thread. A virtual thread for each door and each connection.
 */
@Shared
public final class Reception implements AutoCloseable {
  /** How long nobody is accepted when that failed: out of files, most likely. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ProxyLimits limits;
  private final Consumer<String> log;
  private final Semaphore places;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Set<ServerSocket> doors = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean closed;

  /** Nobody is served yet. */
  public Reception(ProxyLimits limits, Consumer<String> log) {
    this.limits = limits;
    this.log = log;
    this.places = new Semaphore(limits.connections());
    Thread.ofVirtual().name("warren-proxy-watch").start(this::watch);
  }

  /** The bounds. */
  public ProxyLimits limits() {
    return limits;
  }

  /** Serves who comes in here; the door is closed with the reception. */
  public void open(ServerSocket door, ServiceCounters counters, Service service) {
    doors.add(door);
    if (closed) {
      Connection.close(door);
      return;
    }
    String name = "warren-proxy-" + counters.protocol();
    Thread.ofVirtual().name(name).start(() -> accept(door, counters, service, name));
  }

  private void accept(ServerSocket door, ServiceCounters counters, Service service, String name) {
    while (!closed) {
      Socket client;
      try {
        client = door.accept();
      } catch (IOException e) {
        if (door.isClosed()) {
          return;
        }
        log.accept(counters.protocol() + " " + counters.place() + ": " + e.getMessage());
        pause(PAUSE_NANOS);
        continue;
      }
      if (!places.tryAcquire()) {
        counters.refused(Refusal.FULL);
        refuse(client, service.full());
        continue;
      }
      Connection connection = new Connection(client, counters);
      connections.add(connection);
      if (closed) {
        connection.abort();
      }
      counters.opened();
      Thread.ofVirtual().name(name + "-client").start(() -> serve(connection, service));
    }
  }

  private void serve(Connection connection, Service service) {
    try {
      connection.within(limits.head());
      service.serve(connection);
    } catch (IOException e) {
      // It broke off, or was ended; who could still be told was told.
      connection.abort();
    } finally {
      connection.end();
      connections.remove(connection);
      connection.counters().closed();
      places.release();
    }
  }

  /** Without waiting for anything: this is the thread that accepts. */
  private static void refuse(Socket client, byte[] answer) {
    if (answer.length == 0) {
      Connection.reset(client);
      return;
    }
    try {
      // A new connection's buffer takes it whole; and what has come is read, since closing over
      // unread bytes would be a reset.
      OutputStream out = client.getOutputStream();
      out.write(answer);
      client.shutdownOutput();
      int waiting = Math.min(client.getInputStream().available(), 65_536);
      client.getInputStream().readNBytes(waiting);
    } catch (IOException e) {
      // It has gone, and needs no answer.
    }
    Connection.close(client);
  }

  private void watch() {
    while (!closed) {
      pause(limits.tick().toNanos());
      for (Connection connection : connections) {
        if (connection.isOverdue()) {
          connection.abort();
        }
      }
    }
  }

  /** Until then, or the end. */
  private void pause(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Closes the doors and resets the connections. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    doors.forEach(Connection::close);
    connections.forEach(Connection::abort);
  }
}
