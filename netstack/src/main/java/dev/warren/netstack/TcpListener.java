package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A port that takes connections.
 *
 * <p>Half-open connections are bounded: while there are {@link #MAX_HALF_OPEN}, or as many as the
 * backlog if that is more, a new one takes the place of the oldest. Open ones that nobody has
 * accepted yet are bounded by the backlog: while it is full, the last step of further ones is not
 * taken, and the other side tries again.
 *
 * <p><b>Owner:</b> {@link #accept}, {@link #close} any thread; the rest the device's.
 *
 * <p><b>Source:</b> RFC 4987 §3.2 (recycling the oldest half-open).
 */
@Shared
public final class TcpListener extends Attentive {
  static final int MAX_HALF_OPEN = 512;

  private final Tcp tcp;
  private final @Nullable IpAddress local;
  private final int port;
  private final int backlog;
  private final Runnable acceptable;
  private final Deque<ControlBlock> halfOpen = new ArrayDeque<>(0);
  private final ConcurrentLinkedQueue<TcpConnection> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean registered;

  TcpListener(Tcp tcp, @Nullable IpAddress local, int port, int backlog, Runnable acceptable) {
    this.tcp = tcp;
    this.local = local;
    this.port = port;
    this.backlog = Math.max(backlog, 1);
    this.acceptable = acceptable;
  }

  /** Takes the connection that has waited longest, or null. */
  public @Nullable TcpConnection accept(TcpConnection.Events events) {
    TcpConnection next = waiting.poll();
    if (next != null) {
      waitingCount.decrementAndGet();
      next.accept(events);
    }
    return next;
  }

  /** The address it listens at, or null for all. */
  public @Nullable IpAddress localAddress() {
    return local;
  }

  public int localPort() {
    return port;
  }

  /** Listens no more; connections that nobody accepted are reset. The port is free at once. */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      tcp.release(this);
      tcp.attention().add(this);
    }
  }

  @Override
  void attend(long nowNanos) {
    if (closed.get()) {
      if (registered) {
        registered = false;
        tcp.unregister(this);
      }
      while (!halfOpen.isEmpty()) {
        halfOpen.removeFirst().abort();
      }
      for (TcpConnection each; (each = waiting.poll()) != null; ) {
        each.block().abort();
      }
    } else if (!registered) {
      registered = true;
      tcp.register(this);
    }
  }

  boolean isClosed() {
    return closed.get();
  }

  boolean hasRoom() {
    return !closed.get() && waitingCount.get() < backlog;
  }

  /** A half-open connection more; the oldest goes where there are too many. */
  void onHalfOpen(ControlBlock block) {
    if (halfOpen.size() >= Math.max(MAX_HALF_OPEN, backlog)) {
      halfOpen.removeFirst().fail(TcpFailure.NO_ROOM);
    }
    halfOpen.addLast(block);
  }

  /** It was opened, or is gone: it takes no place among the half-open ones any more. */
  void onNoLongerHalfOpen(ControlBlock block) {
    halfOpen.remove(block);
  }

  void onEstablished(ControlBlock block) {
    waitingCount.incrementAndGet();
    waiting.add(block.connection);
    acceptable.run();
  }
}
