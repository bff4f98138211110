package dev.warren.cli.daemon;

import dev.warren.cli.names.EndpointResolver;
import dev.warren.engine.Log;
import dev.warren.linux.Errno;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Resolves names of endpoints again when their peers do not answer, so that a tunnel to a host with
 * a dynamic address finds it again.
 *
 * <p>The resolver may take its time: it is asked by a thread of its own, and afterwards the peers
 * are looked at once more, lest an endpoint be replaced that has just begun to work, or that
 * somebody has set meanwhile.
 *
 * <p><b>Owner:</b> its own thread; {@link #start} and {@link #close} any.
 *
 * <p><b>Errors:</b> a name that does not resolve is tried again later.
 */
public final class EndpointRefresh implements AutoCloseable {
  private static final long LOOK_EVERY_SECONDS = 10;

  /** The device, as far as this needs it. */
  public interface Peers {
    /** What there is to see of the peers, by public key. */
    Map<String, PeerView> look() throws InterruptedException;

    /** Sets the endpoint of a peer, if it is still there; a negative errno if that is refused. */
    int move(String publicKey, Endpoint to) throws InterruptedException;
  }

  /** Finds the addresses of a host; none when it has none or cannot be asked. */
  @FunctionalInterface
  interface Resolver {
    List<IpAddress> resolve(String host);
  }

  private final EndpointNames names;
  private final Peers peers;
  private final Resolver resolver;
  private final LongSupplier epochNanos;
  private final Log log;
  private final Map<String, SilentPeer> states = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  EndpointRefresh(
      EndpointNames names, Peers peers, Resolver resolver, LongSupplier epochNanos, Log log) {
    this.names = names;
    this.peers = peers;
    this.resolver = resolver;
    this.epochNanos = epochNanos;
    this.log = log;
  }

  /** To look after these names; nothing happens before {@link #start}. */
  public EndpointRefresh(EndpointNames names, Peers peers, Log log) {
    this(names, peers, EndpointRefresh::ask, EndpointRefresh::now, log);
  }

  /** Has the system say which addresses it prefers; for the beginning of a program. */
  public static void prepare() {
    EndpointResolver.useSystemOrder();
  }

  /** Begins, if there are names at all. */
  public void start() {
    if (!names.isEmpty()) {
      Thread.ofPlatform().daemon().name("warren-names").start(this::run);
    }
  }

  private void run() {
    try {
      while (!closed.await(LOOK_EVERY_SECONDS, TimeUnit.SECONDS)) {
        look(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CancellationException e) {
      // The device has stopped.
    }
  }

  /** Looks at all peers with names, and resolves the names of those that do not answer. */
  void look(long nanos) throws InterruptedException {
    Map<String, PeerView> due = new LinkedHashMap<>();
    for (Map.Entry<String, PeerView> entry : peers.look().entrySet()) {
      String key = entry.getKey();
      if (names.of(key) == null) {
        continue;
      }
      SilentPeer state = states.computeIfAbsent(key, k -> new SilentPeer());
      if (state.look(entry.getValue(), epochNanos.getAsLong(), nanos)) {
        due.put(key, entry.getValue());
      }
    }
    Map<String, Endpoint> found = new LinkedHashMap<>();
    due.forEach(
        (key, view) -> {
          Endpoint to = resolve(key, view.endpoint());
          if (to != null) {
            found.put(key, to);
          }
        });
    if (!found.isEmpty()) {
      Map<String, PeerView> now = peers.look();
      for (Map.Entry<String, Endpoint> entry : found.entrySet()) {
        String key = entry.getKey();
        PeerView before = due.get(key);
        PeerView view = now.get(key);
        if (before != null && view != null && isAsBefore(before.endpoint(), view)) {
          move(key, before.endpoint(), entry.getValue());
        }
      }
    }
  }

  /** Where the name of this peer leads; null where that is not known, or where it is already. */
  private @Nullable Endpoint resolve(String key, @Nullable Endpoint old) {
    EndpointNames.Name name = names.of(key);
    if (name == null) {
      return null;
    }
    List<IpAddress> addresses = resolver.resolve(name.host());
    if (addresses.isEmpty()) {
      log.verbose("peer " + key + " does not answer, and " + name.host() + " does not resolve");
      return null;
    }
    boolean known = old != null && old.port() == name.port() && addresses.contains(old.address());
    return known ? null : new Endpoint(addresses.getFirst(), name.port());
  }

  /** Whether it still does not answer, where it was when its name was asked for. */
  private boolean isAsBefore(@Nullable Endpoint old, PeerView view) {
    Endpoint now = view.endpoint();
    boolean stays = old == null ? now == null : now != null && old.sameRemote(now);
    return stays && view.isStale(epochNanos.getAsLong());
  }

  private void move(String key, @Nullable Endpoint old, Endpoint to) throws InterruptedException {
    String what = "peer " + key + " does not answer at " + old + "; " + names.of(key) + " is now ";
    int refusal = peers.move(key, to);
    if (refusal < 0) {
      log.error(what + to + ", which cannot be set: " + Errno.name(-refusal));
      return;
    }
    SilentPeer state = states.get(key);
    if (state != null) {
      state.moved(to);
    }
    log.verbose(what + to);
  }

  private static List<IpAddress> ask(String host) {
    List<IpAddress> addresses = EndpointResolver.addresses(host);
    // A link-local address is nothing without a zone, and names have none.
    addresses.removeIf(IpAddress::isLinkLocalV6);
    return addresses;
  }

  private static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** Ends it; what it is about to do it may still do. */
  @Override
  public void close() {
    closed.countDown();
  }
}
