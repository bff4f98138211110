package dev.warren.embed.proxy.forward;

import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.Datagrams;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.ServiceCounters;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of a UDP forward. What it sends before the target's name is resolved waits, up to
 * {@value #MAX_WAITING} datagrams.
 *
 * <p><b>Owner:</b> any thread; its own receives.
 */
@Shared
final class UdpFlow {
  private static final int MAX_DATAGRAM = 65_535;
  private static final int MAX_WAITING = 16;

  private final SocketAddress client;
  private final DatagramSocket door;
  private final Network network;
  private final InetSocketAddress wanted;
  private final ServiceCounters counters;
  private final Consumer<UdpFlow> gone;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private @Nullable DatagramSocket socket;
  private @Nullable InetSocketAddress target;
  private boolean closed;

  private volatile long usedNanos = System.nanoTime();

  UdpFlow(
      SocketAddress client,
      DatagramSocket door,
      Network network,
      InetSocketAddress wanted,
      ServiceCounters counters,
      Consumer<UdpFlow> gone) {
    this.client = client;
    this.door = door;
    this.network = network;
    this.wanted = wanted;
    this.counters = counters;
    this.gone = gone;
  }

  SocketAddress client() {
    return client;
  }

  long silentNanos(long now) {
    return now - usedNanos;
  }

  void start() {
    Thread.ofVirtual().name("warren-proxy-udp-flow").start(this::run);
  }

  /** Passes on a datagram of the client's. */
  void take(DatagramPacket packet) {
    usedNanos = System.nanoTime();
    DatagramSocket through;
    InetSocketAddress to;
    lock.lock();
    try {
      through = socket;
      to = target;
      if (through == null || to == null) {
        if (waiting.size() == MAX_WAITING || closed) {
          counters.refused(Refusal.FULL);
        } else {
          byte[] data = new byte[packet.getLength()];
          System.arraycopy(packet.getData(), packet.getOffset(), data, 0, data.length);
          waiting.add(data);
        }
        return;
      }
    } finally {
      lock.unlock();
    }
    send(through, to, packet.getData(), packet.getOffset(), packet.getLength());
  }

  private void send(
      DatagramSocket through, InetSocketAddress to, byte[] data, int offset, int length) {
    try {
      through.send(new DatagramPacket(data, offset, length, to));
      counters.fromClient(length);
    } catch (IOException e) {
      counters.refused(Refusal.of(e));
    }
  }

  private void run() {
    try (DatagramSocket own = network.datagrams(null, 0)) {
      InetAddress address =
          wanted.isUnresolved()
              ? network.resolve(wanted.getHostString()).getFirst()
              : wanted.getAddress();
      InetSocketAddress to = new InetSocketAddress(address, wanted.getPort());
      if (begin(own, to)) {
        receive(own, to);
      }
    } catch (IOException e) {
      counters.refused(Refusal.of(e));
    } finally {
      gone.accept(this);
    }
  }

  private boolean begin(DatagramSocket own, InetSocketAddress to) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      for (byte[] data : waiting) {
        send(own, to, data, 0, data.length);
      }
      waiting.clear();
      socket = own;
      target = to;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void receive(DatagramSocket own, InetSocketAddress from) {
    byte[] buffer = new byte[MAX_DATAGRAM];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    for (; Datagrams.receive(own, packet); packet.setLength(buffer.length)) {
      if (!packet.getSocketAddress().equals(from)) {
        counters.refused(Refusal.STRANGER);
        continue;
      }
      usedNanos = System.nanoTime();
      try {
        packet.setSocketAddress(client);
        door.send(packet);
        counters.toClient(packet.getLength());
      } catch (IOException e) {
        counters.refused(Refusal.of(e));
      }
    }
  }

  void close() {
    DatagramSocket own;
    lock.lock();
    try {
      closed = true;
      own = socket;
      waiting.clear();
    } finally {
      lock.unlock();
    }
    if (own != null) {
      Connection.close(own);
    }
  }
}
