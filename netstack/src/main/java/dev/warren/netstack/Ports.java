package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which local ports are taken: by those who listen (a protocol, an address or all, a port) and by
 * connections that were made from here (both addresses, both ports).
 *
 * <p>A port of no particular number is drawn at random and drawn again while it is taken; only when
 * most are taken are they tried in turn. One local port serves many connections as long as they
 * lead to different places.
 *
 * <p><b>Owner:</b> any thread, under one lock: it is asked when a socket is bound, connected or
 * closed, never for a packet.
 *
 * <p><b>Errors:</b> -1 when the port, or every port, is taken.
 *
 * <p><b>Source:</b> RFC 6056 §3.3.2 (algorithm 2), §3.2 (the range).
 */
@Shared
final class Ports {
  static final int TCP = 6;
  static final int UDP = 17;

  /** Above what services use and Linux's own range begins with. */
  static final int FIRST_EPHEMERAL = 32_768;

  static final int LAST_EPHEMERAL = 65_535;

  private static final int EPHEMERAL_COUNT = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;
  private static final int RANDOM_TRIES = 128;

  private final RandomGenerator random;
  private final Object lock = new Object();

  /** By protocol and port; a null in the list stands for all addresses. */
  private final Map<Integer, List<@Nullable IpAddress>> bound = new HashMap<>();

  private final Set<Tuple> connected = new HashSet<>();

  private record Tuple(IpAddress local, int localPort, IpAddress remote, int remotePort) {}

  Ports(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Takes a port for one who listens.
   *
   * @param local null for all addresses
   * @param port 0 for any
   * @return the port, or -1
   */
  int bind(int protocol, @Nullable IpAddress local, int port) {
    synchronized (lock) {
      if (port != 0) {
        return isFree(protocol, local, port) ? take(protocol, local, port) : -1;
      }
      for (int i = 0; i < RANDOM_TRIES; i++) {
        int drawn = FIRST_EPHEMERAL + random.nextInt(EPHEMERAL_COUNT);
        if (isFree(protocol, local, drawn)) {
          return take(protocol, local, drawn);
        }
      }
      int start = random.nextInt(EPHEMERAL_COUNT);
      for (int i = 0; i < EPHEMERAL_COUNT; i++) {
        int next = FIRST_EPHEMERAL + (start + i) % EPHEMERAL_COUNT;
        if (isFree(protocol, local, next)) {
          return take(protocol, local, next);
        }
      }
      return -1;
    }
  }

  /** Gives back what {@link #bind} took. */
  void release(int protocol, @Nullable IpAddress local, int port) {
    synchronized (lock) {
      List<@Nullable IpAddress> holders = bound.get(key(protocol, port));
      if (holders != null && holders.remove(local) && holders.isEmpty()) {
        bound.remove(key(protocol, port));
      }
    }
  }

  /**
   * Takes a local port for a TCP connection to there.
   *
   * @param port 0 for any that nobody listens at
   * @return the port, or -1
   */
  int connect(IpAddress local, int port, IpAddress remote, int remotePort) {
    synchronized (lock) {
      if (port != 0) {
        return connected.add(new Tuple(local, port, remote, remotePort)) ? port : -1;
      }
      for (int i = 0; i < RANDOM_TRIES; i++) {
        int drawn = FIRST_EPHEMERAL + random.nextInt(EPHEMERAL_COUNT);
        if (takeTuple(local, drawn, remote, remotePort)) {
          return drawn;
        }
      }
      int start = random.nextInt(EPHEMERAL_COUNT);
      for (int i = 0; i < EPHEMERAL_COUNT; i++) {
        int next = FIRST_EPHEMERAL + (start + i) % EPHEMERAL_COUNT;
        if (takeTuple(local, next, remote, remotePort)) {
          return next;
        }
      }
      return -1;
    }
  }

  /** Gives back what {@link #connect} took. */
  void disconnect(IpAddress local, int port, IpAddress remote, int remotePort) {
    synchronized (lock) {
      connected.remove(new Tuple(local, port, remote, remotePort));
    }
  }

  private boolean takeTuple(IpAddress local, int port, IpAddress remote, int remotePort) {
    return isFree(TCP, local, port) && connected.add(new Tuple(local, port, remote, remotePort));
  }

  private boolean isFree(int protocol, @Nullable IpAddress local, int port) {
    List<@Nullable IpAddress> holders = bound.get(key(protocol, port));
    if (holders == null) {
      return true;
    }
    return local != null && !holders.contains(null) && !holders.contains(local);
  }

  private int take(int protocol, @Nullable IpAddress local, int port) {
    bound.computeIfAbsent(key(protocol, port), k -> new ArrayList<>(1)).add(local);
    return port;
  }

  private static int key(int protocol, int port) {
    return protocol << 16 | port;
  }
}
