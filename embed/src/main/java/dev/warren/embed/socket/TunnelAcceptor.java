package dev.warren.embed.socket;

import dev.warren.embed.port.Addresses;
import dev.warren.netstack.TcpConnection;
import dev.warren.netstack.TcpListener;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP port of a tunnel, as {@code java.net} wants it.
 *
 * <p><b>Owner:</b> any thread; one accepts at a time, by a lock.
 */
@Shared
final class TunnelAcceptor extends SocketImpl {
  private static final int USUAL_BACKLOG = 50;
  private static final int BUFFER_BYTES = 2 << 20;

  private final Sockets sockets;
  private final Options options = new Options(BUFFER_BYTES);
  private final ReentrantLock acceptLock = new ReentrantLock();
  private final Gate gate = new Gate();
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable IpAddress local;
  private volatile @Nullable TcpListener listener;

  TunnelAcceptor(Sockets sockets) {
    this.sockets = sockets;
  }

  @Override
  protected void create(boolean stream) throws IOException {
    if (!stream) {
      throw new IOException("Datagram socket not supported");
    }
  }

  @Override
  protected void bind(InetAddress host, int wantedPort) throws IOException {
    ensureOpen();
    local = sockets.local(host);
    address = local == null ? sockets.any() : Addresses.of(local);
    localport = wantedPort;
  }

  @Override
  protected void listen(int backlog) throws IOException {
    ensureOpen();
    TcpListener opened;
    try {
      opened =
          sockets
              .stack()
              .listen(local, localport, backlog < 1 ? USUAL_BACKLOG : backlog, gate::open);
    } catch (BindException e) {
      BindException known = new BindException("Address already in use");
      known.initCause(e);
      throw known;
    }
    listener = opened;
    localport = opened.localPort();
    if (closed.get()) {
      opened.close();
    }
  }

  @Override
  protected void accept(SocketImpl taker) throws IOException {
    if (!(taker instanceof TunnelSocketImpl into)) {
      throw new IOException("Not a socket of a tunnel: " + taker.getClass());
    }
    acceptLock.lock();
    try {
      TcpListener from = listener;
      ensureOpen();
      if (from == null) {
        throw new SocketException("Socket is not bound yet");
      }
      into.accepted(take(from, into));
    } finally {
      acceptLock.unlock();
    }
  }

  private TcpConnection take(TcpListener from, TunnelSocketImpl into) throws IOException {
    long deadline = Gate.deadline(options.number(SocketOptions.SO_TIMEOUT));
    gate.enter();
    try {
      while (true) {
        ensureOpen();
        TcpConnection taken = from.accept(into);
        if (taken != null) {
          return taken;
        }
        sockets.stack(); // the tunnel may have been closed
        if (!gate.await(deadline)) {
          throw new SocketTimeoutException("Accept timed out");
        }
      }
    } finally {
      gate.leave();
    }
  }

  private void ensureOpen() throws SocketException {
    if (closed.get()) {
      throw new SocketException(Failures.CLOSED);
    }
  }

  @Override
  protected void close() {
    if (closed.compareAndSet(false, true)) {
      TcpListener opened = listener;
      if (opened != null) {
        opened.close();
      }
      gate.open();
    }
  }

  @Override
  public void setOption(int option, Object value) throws SocketException {
    ensureOpen();
    options.set(option, value);
  }

  @Override
  public Object getOption(int option) throws SocketException {
    ensureOpen();
    return option == SocketOptions.SO_BINDADDR ? address : options.get(option);
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return StandardOptions.SERVER;
  }

  @Override
  protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
    setOption(StandardOptions.number(name, StandardOptions.SERVER), value);
  }

  @SuppressWarnings("unchecked") // each option keeps the type of its values
  @Override
  protected <T> T getOption(SocketOption<T> name) throws IOException {
    return (T) getOption(StandardOptions.number(name, StandardOptions.SERVER));
  }

  // What only a connection has.

  private static SocketException noConnection() {
    return new SocketException("A server socket");
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    throw noConnection();
  }

  @Override
  protected void connect(InetAddress to, int port) throws IOException {
    throw noConnection();
  }

  @Override
  protected void connect(SocketAddress to, int timeoutMillis) throws IOException {
    throw noConnection();
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    throw noConnection();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    throw noConnection();
  }

  @Override
  protected int available() throws IOException {
    throw noConnection();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw noConnection();
  }
}
