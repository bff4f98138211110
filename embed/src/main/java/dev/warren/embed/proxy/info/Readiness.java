package dev.warren.embed.proxy.info;

import dev.warren.embed.PeerStatus;
import dev.warren.embed.TunnelStatus;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whether a tunnel works.
 *
 * <p>A peer that is kept alive must have shaken hands within {@value #FRESH_SECONDS} seconds; one
 * that is only sent to, too, but a first handshake has {@value #GRACE_SECONDS} seconds to come
 * about. Of a peer that nothing is sent to nothing is asked. Each host that is to be pinged must
 * have answered within the interval and two seconds more.
 *
 * <p><b>Owner:</b> any thread. A virtual thread looks and pings at each interval, others wait for
 * answers.
 */
@Shared
public final class Readiness implements AutoCloseable {
  private static final long FRESH_SECONDS = 180;
  private static final long GRACE_SECONDS = 15;
  private static final long PING_SPARE_SECONDS = 2;

  /** How it is. */
  public record Answer(boolean isReady, Map<String, Long> seconds) {}

  private static final class Seen {
    long sentBytes;
    Instant lastSent = Instant.MIN;
    Instant waitingSince = Instant.MAX;
  }

  private final TunnelView tunnel;
  private final List<InetAddress> hosts;
  private final Duration interval;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();

  // Guarded by the lock.
  private final Map<String, Seen> peers = new HashMap<>();
  private final Map<InetAddress, Instant> answers = new LinkedHashMap<>();
  private boolean closed;
  private boolean hasBegun;

  /** Nothing is known yet. */
  public Readiness(
      TunnelView tunnel, List<InetAddress> hosts, Duration interval, InstantSource clock) {
    this.tunnel = tunnel;
    this.hosts = List.copyOf(hosts);
    this.interval = interval;
    this.clock = clock;
    hosts.forEach(host -> answers.put(host, Instant.EPOCH));
  }

  /** Looks and pings from now on. */
  public void start() {
    Thread.ofVirtual().name("warren-proxy-alive").start(this::run);
  }

  private void run() {
    while (!pause()) {
      for (InetAddress host : hosts) {
        Thread.ofVirtual().name("warren-proxy-ping").start(() -> ping(host));
      }
      try {
        look(tunnel.status());
      } catch (IOException e) {
        return; // The tunnel is closed.
      }
    }
  }

  /** Waits for the next time; whether it is over. */
  private boolean pause() {
    lock.lock();
    try {
      long left = hasBegun ? interval.toNanos() : 0;
      hasBegun = true;
      while (!closed && left > 0) {
        left = ended.awaitNanos(left);
      }
      return closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void ping(InetAddress host) {
    try {
      tunnel.ping(host, interval);
    } catch (IOException e) {
      return; // No answer is what is told of it.
    }
    lock.lock();
    try {
      answers.put(host, clock.instant());
    } finally {
      lock.unlock();
    }
  }

  /** How it is now: by name the seconds since 1970 of the last sign of life, 0 for never. */
  public Answer answer() throws IOException {
    TunnelStatus status = tunnel.status();
    look(status);
    Map<String, Long> seconds = new LinkedHashMap<>();
    boolean ready = true;
    Instant now = clock.instant();
    lock.lock();
    try {
      for (Map.Entry<InetAddress, Instant> each : answers.entrySet()) {
        seconds.put(each.getKey().getHostAddress(), each.getValue().getEpochSecond());
        Instant until = each.getValue().plus(interval).plusSeconds(PING_SPARE_SECONDS);
        ready &= !now.isAfter(until);
      }
      for (PeerStatus peer : status.peers()) {
        if (!isWell(peer, now)) {
          Instant last = peer.lastHandshake();
          seconds.put("peer " + peer.publicKey(), last == null ? 0 : last.getEpochSecond());
          ready = false;
        }
      }
    } finally {
      lock.unlock();
    }
    return new Answer(ready, seconds);
  }

  private boolean isWell(PeerStatus peer, Instant now) {
    if (isFresh(peer, now)) {
      return true;
    }
    Seen seen = peers.get(peer.publicKey());
    boolean waited =
        seen != null
            && seen.waitingSince.isBefore(now)
            && !seen.waitingSince.plusSeconds(GRACE_SECONDS).isAfter(now);
    return peer.keepaliveSeconds() == 0 && !waited;
  }

  private static boolean isFresh(PeerStatus peer, Instant now) {
    Instant last = peer.lastHandshake();
    return last != null && last.plusSeconds(FRESH_SECONDS).isAfter(now);
  }

  private void look(TunnelStatus status) {
    Instant now = clock.instant();
    lock.lock();
    try {
      for (PeerStatus peer : status.peers()) {
        Seen seen = peers.computeIfAbsent(peer.publicKey(), key -> new Seen());
        if (peer.sentBytes() != seen.sentBytes) {
          seen.sentBytes = peer.sentBytes();
          seen.lastSent = now;
          seen.waitingSince = seen.waitingSince.equals(Instant.MAX) ? now : seen.waitingSince;
        }
        boolean silent = now.minusSeconds(FRESH_SECONDS).isAfter(seen.lastSent);
        if (isFresh(peer, now) || silent) {
          seen.waitingSince = Instant.MAX;
        }
      }
      peers.keySet().retainAll(status.peers().stream().map(PeerStatus::publicKey).toList());
    } finally {
      lock.unlock();
    }
  }

  /** Looks and pings no more. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
