package dev.warren.packet.memory;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network of {@link MemoryUdp} sockets: every address reaches every other, through one {@link
 * Link}.
 *
 * <p>Without a link set, a datagram is in its receiver's queue when {@code send} returns, in order.
 *
 * <p><b>Owner:</b> any thread; one lock guards the network, its sockets and its link.
 */
@Shared
public final class MemoryNetwork {
  private static final int FIRST_EPHEMERAL_PORT = 32768;
  private static final int PORTS = 65536;

  private final Map<Endpoint, MemoryUdp> sockets = new HashMap<>();
  private Link link = Link.PERFECT;
  private int nextPort = FIRST_EPHEMERAL_PORT;
  private long carriedCount;
  private long undeliverableCount;

  /** A network without hosts and without faults. */
  public MemoryNetwork() {}

  /** Sets what lies between the hosts from now on. */
  public synchronized void link(Link newLink) {
    link = newLink;
  }

  /** Sends a datagram as if a host had: the way for a test to forge, replay or flood. */
  public synchronized void send(Datagram datagram) {
    carriedCount++;
    link.carry(datagram, this::deliver);
  }

  /** How many datagrams were sent into the link. */
  public synchronized long carriedCount() {
    return carriedCount;
  }

  /** How many left the link for an address and port where nobody listens or the queue was full. */
  public synchronized long undeliverableCount() {
    return undeliverableCount;
  }

  /** Puts a datagram into its receiver's queue, past the link. */
  public synchronized boolean deliver(Datagram datagram) {
    Endpoint to = datagram.destination();
    MemoryUdp socket = sockets.get(new Endpoint(to.address(), to.port()));
    boolean taken = socket != null && socket.enqueue(datagram);
    if (!taken) {
      undeliverableCount++;
    }
    return taken;
  }

  synchronized boolean isFree(IpAddress address, int port, MemoryUdp except) {
    @Nullable MemoryUdp holder = sockets.get(new Endpoint(address, port));
    return holder == null || holder == except;
  }

  synchronized int nextEphemeralPort() {
    int port = nextPort;
    nextPort = port + 1 < PORTS ? port + 1 : FIRST_EPHEMERAL_PORT;
    return port;
  }

  synchronized void register(IpAddress address, int port, MemoryUdp socket) {
    sockets.put(new Endpoint(address, port), socket);
  }

  synchronized void unregister(IpAddress address, int port) {
    sockets.remove(new Endpoint(address, port));
  }
}
