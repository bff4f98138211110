package dev.warren.embed.proxy.forward;

import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.Datagrams;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.ServiceCounters;
import dev.warren.packet.owner.Shared;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port that leads to a host.
 *
 * <p>Each client has a socket of its own on the other side, so that answers find back. Of clients
 * as many are known as flows are allowed; the one that was silent longest makes room, and who is
 * silent for the time of inactivity is forgotten.
 *
 * <p><b>Owner:</b> any thread. A virtual thread receives, another forgets, and one for each client.
 */
@Shared
public final class UdpForward implements AutoCloseable {
  private static final int MAX_DATAGRAM = 65_535;

  private final DatagramSocket door;
  private final Network network;
  private final InetSocketAddress target;
  private final long inactivityNanos;
  private final ProxyLimits limits;
  private final ServiceCounters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();

  /** By client, who was silent longest first. Guarded by the lock. */
  private final LinkedHashMap<SocketAddress, UdpFlow> flows = new LinkedHashMap<>(16, 0.75f, true);

  private boolean closed;

  /**
   * Forwards from now on.
   *
   * @param door where clients send to; closed with this
   * @param inactivity zero for no end
   */
  public UdpForward(
      DatagramSocket door,
      Network network,
      InetSocketAddress target,
      Duration inactivity,
      ProxyLimits limits,
      ServiceCounters counters) {
    this.door = door;
    this.network = network;
    this.target = target;
    this.inactivityNanos = inactivity.toNanos();
    this.limits = limits;
    this.counters = counters;
    Thread.ofVirtual().name("warren-proxy-udp").start(this::receive);
    if (inactivityNanos > 0) {
      Thread.ofVirtual().name("warren-proxy-udp-watch").start(this::forget);
    }
  }

  private void receive() {
    byte[] buffer = new byte[MAX_DATAGRAM];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    for (; Datagrams.receive(door, packet); packet.setLength(buffer.length)) {
      UdpFlow flow = flow(packet.getSocketAddress());
      if (flow != null) {
        flow.take(packet);
      }
    }
  }

  private @Nullable UdpFlow flow(SocketAddress client) {
    UdpFlow made = null;
    UdpFlow forgotten = null;
    lock.lock();
    try {
      UdpFlow known = flows.get(client);
      if (known != null || closed) {
        return known;
      }
      if (flows.size() >= limits.flows()) {
        forgotten = flows.pollFirstEntry().getValue();
      }
      made = new UdpFlow(client, door, network, target, counters, this::gone);
      flows.put(client, made);
    } finally {
      lock.unlock();
    }
    counters.opened();
    if (forgotten != null) {
      counters.refused(Refusal.FULL);
      forgotten.close();
    }
    made.start();
    return made;
  }

  private void gone(UdpFlow flow) {
    counters.closed();
    lock.lock();
    try {
      flows.remove(flow.client(), flow);
    } finally {
      lock.unlock();
    }
  }

  private void forget() {
    while (true) {
      List<UdpFlow> silent = new ArrayList<>();
      lock.lock();
      try {
        if (closed) {
          return;
        }
        long left = Math.max(inactivityNanos / 4, 1);
        while (!closed && left > 0) {
          left = ended.awaitNanos(left);
        }
        long now = System.nanoTime();
        flows.values().stream()
            .filter(flow -> flow.silentNanos(now) >= inactivityNanos)
            .forEach(silent::add);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        lock.unlock();
      }
      silent.forEach(UdpFlow::close);
    }
  }

  /** Forgets all clients and closes the port. */
  @Override
  public void close() {
    List<UdpFlow> all;
    lock.lock();
    try {
      closed = true;
      ended.signalAll();
      all = List.copyOf(flows.values());
    } finally {
      lock.unlock();
    }
    Connection.close(door);
    all.forEach(UdpFlow::close);
  }
}
