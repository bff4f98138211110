package dev.warren.embed.socket;

import dev.warren.embed.port.Addresses;
import dev.warren.netstack.UdpSocket;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A UDP port of a tunnel, as {@code java.net} wants it.
 *
 * <p>Who sends faster than the tunnel waits a moment, as with a full socket buffer; what finds no
 * room even then is lost.
 *
 * <p><b>Owner:</b> any thread; one receives and one sends at a time, by a lock each.
 */
@Shared
final class TunnelDatagrams extends DatagramSocketImpl {
  private static final int MAX_PAYLOAD = 65_507;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final long FULL_WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final int FULL_WAITS = 500;
  private static final int TTL = 64;

  private final Sockets sockets;
  private final Options options = new Options(BUFFER_BYTES);
  private final ReentrantLock receiveLock = new ReentrantLock();
  private final ReentrantLock sendLock = new ReentrantLock();
  private final Gate gate = new Gate();
  private final AtomicBoolean closed = new AtomicBoolean();

  private @Nullable IpAddress local;
  private volatile @Nullable UdpSocket socket;
  private volatile @Nullable Remote remote;

  /** Looked at and not taken yet; guarded by {@link #receiveLock}. */
  private UdpSocket.@Nullable Datagram peeked;

  private record Remote(IpAddress address, int port) {}

  TunnelDatagrams(Sockets sockets) {
    this.sockets = sockets;
  }

  @Override
  protected void create() {}

  @Override
  protected void bind(int port, InetAddress at) throws SocketException {
    ensureOpen();
    local = sockets.local(at);
    try {
      UdpSocket opened = sockets.stack().udp(local, port, gate::open);
      socket = opened;
      localPort = opened.localPort();
      if (closed.get()) {
        opened.close();
      }
    } catch (BindException e) {
      BindException known = new BindException("Address already in use");
      known.initCause(e);
      throw known;
    }
  }

  private void ensureOpen() throws SocketException {
    if (closed.get()) {
      throw new SocketException(Failures.CLOSED);
    }
  }

  private UdpSocket bound() throws SocketException {
    ensureOpen();
    UdpSocket opened = socket;
    if (opened == null) {
      throw new SocketException("Socket is not bound yet");
    }
    sockets.stack(); // the tunnel may have been closed
    return opened;
  }

  @Override
  protected void connect(InetAddress address, int port) {
    remote = new Remote(Addresses.of(address), port);
  }

  @Override
  protected void disconnect() {
    remote = null;
  }

  @Override
  protected void send(DatagramPacket packet) throws IOException {
    if (packet.getLength() > MAX_PAYLOAD) {
      throw new IOException("Message too long");
    }
    if (packet.getPort() == 0) {
      throw new SocketException("Can't send to port 0");
    }
    IpAddress to = Addresses.of(packet.getAddress());
    ByteBuffer data = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
    sendLock.lock();
    try {
      UdpSocket by = bound();
      for (int i = 0; i < FULL_WAITS && !by.send(to, packet.getPort(), data.slice()); i++) {
        LockSupport.parkNanos(this, FULL_WAIT_NANOS);
        ensureOpen();
      }
    } finally {
      sendLock.unlock();
    }
  }

  @Override
  protected void receive(DatagramPacket packet) throws IOException {
    receiveLock.lock();
    try {
      UdpSocket.Datagram next = next();
      peeked = null;
      fill(packet, next);
    } finally {
      receiveLock.unlock();
    }
  }

  @Override
  protected int peek(InetAddress ignored) throws IOException {
    throw new SocketException("Not supported");
  }

  @Override
  protected int peekData(DatagramPacket packet) throws IOException {
    receiveLock.lock();
    try {
      UdpSocket.Datagram next = next();
      peeked = next;
      fill(packet, next);
      return next.port();
    } finally {
      receiveLock.unlock();
    }
  }

  private UdpSocket.Datagram next() throws IOException {
    UdpSocket.Datagram before = peeked;
    if (before != null) {
      return before;
    }
    long deadline = Gate.deadline(options.number(SocketOptions.SO_TIMEOUT));
    gate.enter();
    try {
      while (true) {
        UdpSocket from = bound();
        UdpSocket.Datagram next = from.receive();
        Remote only = remote;
        if (next == null) {
          if (!gate.await(deadline)) {
            throw new SocketTimeoutException("Receive timed out");
          }
        } else if (only == null
            || (only.port() == next.port() && only.address().equals(next.from()))) {
          return next;
        }
      }
    } finally {
      gate.leave();
    }
  }

  private static void fill(DatagramPacket packet, UdpSocket.Datagram from) {
    byte[] into = packet.getData();
    byte[] data = from.data();
    // The room that the program gave; what is longer is cut, as ever.
    int room = into.length - packet.getOffset();
    int length = Math.min(data.length, room);
    System.arraycopy(data, 0, into, packet.getOffset(), length);
    packet.setLength(length);
    packet.setSocketAddress(new InetSocketAddress(Addresses.of(from.from()), from.port()));
  }

  @Override
  protected void close() {
    if (closed.compareAndSet(false, true)) {
      UdpSocket opened = socket;
      if (opened != null) {
        opened.close();
      }
      gate.open();
    }
  }

  // Options.

  @Override
  public void setOption(int option, Object value) throws SocketException {
    ensureOpen();
    options.set(option, value);
  }

  @Override
  public Object getOption(int option) throws SocketException {
    ensureOpen();
    if (option == SocketOptions.SO_BINDADDR) {
      return local == null ? sockets.any() : Addresses.of(local);
    }
    return options.get(option);
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return StandardOptions.DATAGRAM;
  }

  @Override
  protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
    setOption(StandardOptions.number(name, StandardOptions.DATAGRAM), value);
  }

  @SuppressWarnings("unchecked") // each option keeps the type of its values
  @Override
  protected <T> T getOption(SocketOption<T> name) throws IOException {
    return (T) getOption(StandardOptions.number(name, StandardOptions.DATAGRAM));
  }

  @Override
  protected int getTimeToLive() {
    return TTL;
  }

  @Override
  protected void setTimeToLive(int ttl) throws IOException {
    throw noGroups();
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  protected byte getTTL() {
    return TTL;
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  protected void setTTL(byte ttl) throws IOException {
    throw noGroups();
  }

  private static SocketException noGroups() {
    return new SocketException("A tunnel has no multicast");
  }

  @Override
  protected void join(InetAddress group) throws IOException {
    throw noGroups();
  }

  @Override
  protected void leave(InetAddress group) throws IOException {
    throw noGroups();
  }

  @Override
  protected void joinGroup(SocketAddress group, NetworkInterface by) throws IOException {
    throw noGroups();
  }

  @Override
  protected void leaveGroup(SocketAddress group, NetworkInterface by) throws IOException {
    throw noGroups();
  }
}
