package dev.warren.cli.daemon;

import dev.warren.engine.Log;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Resolves names of endpoints again when their peers do not answer, so that a tunnel to a host with
 * a dynamic address finds it again.
 *
 * <p>The resolver may take its time: it is asked by a thread of its own, and afterwards the peer is
 * looked at once more, lest an endpoint be replaced that has just begun to work.
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

    /** Sets the endpoint of a peer, if it is still there. */
    void move(String publicKey, Endpoint to) throws InterruptedException;
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

  /** Begins, if there are names at all. */
  public void start() {
    if (!names.isEmpty()) {
      // The resolver of the host has its own cache, and knows how long an answer holds; and it
      // knows which family to prefer.
      System.setProperty("sun.net.inetaddr.ttl", "0");
      System.setProperty("sun.net.inetaddr.negative.ttl", "0");
      System.setProperty("java.net.preferIPv6Addresses", "system");
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
    for (Map.Entry<String, PeerView> entry : peers.look().entrySet()) {
      String key = entry.getKey();
      EndpointNames.Name name = names.of(key);
      if (name == null) {
        continue;
      }
      PeerView view = entry.getValue();
      SilentPeer state = states.computeIfAbsent(key, k -> new SilentPeer());
      if (state.look(view, epochNanos.getAsLong(), nanos)) {
        refresh(key, name, view, state);
      }
    }
  }

  private void refresh(String key, EndpointNames.Name name, PeerView before, SilentPeer state)
      throws InterruptedException {
    List<IpAddress> addresses = resolver.resolve(name.host());
    if (addresses.isEmpty()) {
      log.verbose("peer " + key + " does not answer, and " + name.host() + " does not resolve");
      return;
    }
    Endpoint old = before.endpoint();
    boolean known = old != null && old.port() == name.port() && addresses.contains(old.address());
    PeerView view = peers.look().get(key);
    if (known || view == null || !view.isStale(epochNanos.getAsLong())) {
      return;
    }
    Endpoint to = new Endpoint(addresses.getFirst(), name.port());
    peers.move(key, to);
    state.moved(to);
    log.verbose("peer " + key + " does not answer at " + old + "; " + name + " is now " + to);
  }

  private static List<IpAddress> ask(String host) {
    List<IpAddress> addresses = new ArrayList<>();
    try {
      for (InetAddress found : InetAddress.getAllByName(host)) {
        String text = found.getHostAddress();
        int zone = text.indexOf('%');
        IpAddress address = IpAddress.parse(zone < 0 ? text : text.substring(0, zone));
        // A link-local address is nothing without a zone, and names have none.
        if (address != null && !address.isLinkLocalV6()) {
          addresses.add(address);
        }
      }
    } catch (UnknownHostException e) {
      // None.
    }
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
