package dev.warren.embed;

import dev.warren.crypto.PublicKey;
import dev.warren.engine.Log;
import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Shared;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerSnapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the peers now and then: tells listeners what happened, and has the names of endpoints
 * resolved again when their peers do not answer.
 *
 * <p>The resolver may take its time; afterwards the peers are looked at once more, lest an endpoint
 * be replaced that has just begun to work, or that somebody has set meanwhile.
 *
 * <p><b>Owner:</b> its own thread, which there is only while there is something to look for; {@link
 * #add}, {@link #remove}, {@link #begin} and {@link #close} any.
 */
@Shared
final class Watch implements AutoCloseable {
  private static final long LISTENING_MILLIS = 500;
  private static final long NAMES_MILLIS = TimeUnit.SECONDS.toMillis(10);

  private final String name;
  private final Peers peers;
  private final EndpointNames names;
  private final Log log;
  private final Runnable gone;
  private final List<TunnelListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<PublicKey, SilentPeer> states = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Thread thread;
  private boolean closed;

  /** Some peer has a name that never resolved; of the watching thread. */
  private boolean somewhereUnknown = true;

  /**
   * A watch over these peers.
   *
   * @param gone run on the watching thread when the device has stopped by itself
   */
  Watch(String name, Peers peers, EndpointNames names, Log log, Runnable gone) {
    this.name = name;
    this.peers = peers;
    this.names = names;
    this.log = log;
    this.gone = gone;
  }

  void add(TunnelListener listener) {
    listeners.add(listener);
    begin();
  }

  void remove(TunnelListener listener) {
    listeners.remove(listener);
  }

  /** Begins to look, if there is something to look for; or looks sooner than it meant to. */
  void begin() {
    lock.lock();
    try {
      if (thread == null && !closed && !(listeners.isEmpty() && names.isEmpty())) {
        thread = Thread.ofPlatform().daemon().name("warren-" + name + "-watch").start(this::run);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (awaitNextLook()) {
      try {
        look(epochNanos(), System.nanoTime());
      } catch (IOException e) {
        gone.run();
        return;
      }
    }
  }

  @SuppressWarnings("WaitNotInLoop") // an early look does no harm
  private boolean awaitNextLook() {
    lock.lock();
    try {
      long millis =
          listeners.isEmpty() && !(somewhereUnknown && !names.isEmpty())
              ? NAMES_MILLIS
              : LISTENING_MILLIS;
      boolean signalled = !closed && changed.await(millis, TimeUnit.MILLISECONDS);
      if (signalled) {
        somewhereUnknown = true; // a new name, perhaps
      }
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Looks at all peers, and resolves the names of those that do not answer. */
  void look(long epochNanos, long nanos) throws IOException {
    Map<PublicKey, @Nullable Endpoint> due = new LinkedHashMap<>();
    boolean unknown = false;
    try (DeviceSnapshot snapshot = peers.snapshot()) {
      for (PeerSnapshot peer : snapshot.peers()) {
        SilentPeer state = states.computeIfAbsent(peer.publicKey(), key -> new SilentPeer());
        boolean named = names.has(peer.publicKey());
        if (state.look(peer, epochNanos, nanos) && named) {
          due.put(peer.publicKey(), peer.endpoint());
        }
        unknown |= named && peer.endpoint() == null;
        if (state.shookHands(peer)) {
          tell(listener -> listener.handshake(Statuses.of(peer)));
        }
        if (state.fellSilent()) {
          tell(listener -> listener.peerSilent(Statuses.of(peer)));
        }
      }
    }
    somewhereUnknown = unknown;
    Map<PublicKey, Endpoint> found = new LinkedHashMap<>();
    due.forEach(
        (key, old) -> {
          Endpoint to = names.elsewhere(key, old);
          if (to != null) {
            found.put(key, to);
          }
        });
    if (!found.isEmpty()) {
      move(due, found, epochNanos);
    }
  }

  private void move(
      Map<PublicKey, @Nullable Endpoint> due, Map<PublicKey, Endpoint> found, long epochNanos)
      throws IOException {
    try (DeviceSnapshot now = peers.snapshot()) {
      for (PeerSnapshot peer : now.peers()) {
        Endpoint to = found.get(peer.publicKey());
        Endpoint old = due.get(peer.publicKey());
        Endpoint at = peer.endpoint();
        boolean stays = old == null ? at == null : at != null && old.sameRemote(at);
        if (to == null || !stays || !SilentPeer.isStale(peer, epochNanos)) {
          continue;
        }
        peers.move(peer.publicKey(), to);
        SilentPeer state = states.get(peer.publicKey());
        if (state != null) {
          state.moved(to);
        }
        log.verbose("peer " + peer.publicKey() + " does not answer at " + old + "; now " + to);
        tell(listener -> listener.endpointMoved(Statuses.of(peer, to)));
      }
    }
  }

  private void tell(Consumer<TunnelListener> news) {
    for (TunnelListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  private static long epochNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** Tells the end; on the caller's thread, since there may be no other. */
  void tellClosed(@Nullable String failure) {
    tell(listener -> listener.closed(failure));
  }

  /** Ends it and waits until it has, unless it is the watching thread that closes. */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      running = thread;
    } finally {
      lock.unlock();
    }
    if (running == null || running == Thread.currentThread()) {
      return;
    }
    try {
      // A resolver that hangs must not hang us: the thread ends by itself once it returns.
      running.join(LISTENING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
