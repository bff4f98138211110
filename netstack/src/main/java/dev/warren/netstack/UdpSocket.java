package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port of the host.
 *
 * <p>Bounds: {@value #RECEIVE_COUNT} datagrams and {@value #RECEIVE_BYTES} bytes that came in and
 * were not read, {@value #SEND_COUNT} and {@value #SEND_BYTES} that wait to be sent. What comes in
 * beyond that is dropped and counted; what is to be sent is refused.
 *
 * <p><b>Owner:</b> any thread, one at a time that sends and one that receives. Runnables and events
 * are called on the device's thread and must return at once.
 */
@Shared
public final class UdpSocket extends Attentive {
  static final int MAX_DATA_BYTES = 65_507;
  static final int RECEIVE_COUNT = 1024;
  static final int RECEIVE_BYTES = 1 << 20;
  static final int SEND_COUNT = 256;
  static final int SEND_BYTES = 512 << 10;

  private static final int REMEMBERED = 16;

  /**
   * A datagram that came in.
   *
   * @param from who sent it
   * @param port the port it was sent from
   * @param to which of the own addresses it was sent to
   * @param data the receiver's to keep
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Datagram(IpAddress from, int port, IpAddress to, byte[] data) {}

  /** A datagram to be sent. */
  @SuppressWarnings("ArrayRecordComponent")
  record Outgoing(IpAddress to, int port, byte[] data) {}

  /** Hears what ICMP says of datagrams that were sent. */
  public interface Unreachable {
    /** Nobody has that port, or there is no way there. */
    void unreachable(IpAddress remote, int port);
  }

  final @Nullable IpAddress local;
  final int port;
  final DatagramQueue<Outgoing> outbound = new DatagramQueue<>(SEND_COUNT, SEND_BYTES);

  private final DatagramQueue<Datagram> inbound = new DatagramQueue<>(RECEIVE_COUNT, RECEIVE_BYTES);
  private final Runnable readable;
  private final Udp udp;
  private volatile @Nullable Unreachable unreachable;
  private volatile boolean closed;

  // The device's thread's.
  @Nullable UdpSocket nextOfPort;
  @Nullable UdpSocket nextReady;
  boolean isReady;
  boolean isAttached;
  private final long[] recent = new long[REMEMBERED];
  private int nextRecent;

  UdpSocket(@Nullable IpAddress local, int port, Runnable readable, Udp udp) {
    this.local = local;
    this.port = port;
    this.readable = readable;
    this.udp = udp;
  }

  /**
   * Queues a datagram to be sent, in fragments if need be.
   *
   * @param data is read to its end when it is accepted
   * @return false when the queue is full, the socket closed, or it is more than 65,507 bytes
   */
  public boolean send(IpAddress to, int toPort, ByteBuffer data) {
    int length = data.remaining();
    if (closed || length > MAX_DATA_BYTES || toPort < 1 || toPort > 65_535) {
      return false;
    }
    byte[] copy = new byte[length];
    data.get(data.position(), copy);
    if (!outbound.offer(new Outgoing(to, toPort, copy), length)) {
      return false;
    }
    data.position(data.limit());
    udp.attention().add(this);
    return true;
  }

  /** The oldest datagram that came in; null when none waits. */
  public @Nullable Datagram receive() {
    return inbound.poll();
  }

  /** Whether {@link #receive} would answer one. */
  public boolean isReadable() {
    return !inbound.isEmpty();
  }

  /** Whom to tell what ICMP says of datagrams sent lately. */
  public void whenUnreachable(@Nullable Unreachable events) {
    unreachable = events;
  }

  /** The address it is bound to; null for all. */
  public @Nullable IpAddress localAddress() {
    return local;
  }

  /** The port it is bound to. */
  public int localPort() {
    return port;
  }

  /** Whether it was closed, or its stack was. */
  public boolean isClosed() {
    return closed;
  }

  /** Gives the port back; what waits to be sent still is. */
  public void close() {
    if (udp.giveBack(this)) {
      udp.attention().add(this);
    }
  }

  @Override
  void attend(long nowNanos) {
    udp.attend(this);
  }

  /** Only by {@link Udp#giveBack}, under its lock. */
  void markClosed() {
    closed = true;
  }

  boolean deliver(Datagram datagram) {
    if (!inbound.offer(datagram, datagram.data().length)) {
      return false;
    }
    readable.run();
    return true;
  }

  void wakeReader() {
    readable.run();
  }

  /** Remembers where it sent to, so that it knows which errors may be true. */
  void remember(IpAddress to, int toPort) {
    long key = key(to.high(), to.low(), toPort);
    if (recent[(nextRecent + REMEMBERED - 1) % REMEMBERED] != key) {
      recent[nextRecent] = key;
      nextRecent = (nextRecent + 1) % REMEMBERED;
    }
  }

  boolean sentTo(long high, long low, int toPort) {
    long key = key(high, low, toPort);
    for (long each : recent) {
      if (each == key) {
        return true;
      }
    }
    return false;
  }

  void tellUnreachable(IpAddress remote, int remotePort) {
    Unreachable events = unreachable;
    if (events != null) {
      events.unreachable(remote, remotePort);
    }
  }

  private static long key(long high, long low, int toPort) {
    return (high * 31 + low) * 0x9e3779b97f4a7c15L + toPort | 1;
  }
}
