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
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP port of a tunnel, as {@code java.net} wants it.
 *
 * <p><b>Owner:</b> any thread; one accepts at a time, by a lock.
 */
@Shared
final class TunnelAcceptor extends StreamSocket {
  private static final int USUAL_BACKLOG = 50;

  private final ReentrantLock acceptLock = new ReentrantLock();
  private final Gate gate = new Gate();
  private @Nullable IpAddress local;
  private volatile @Nullable TcpListener listener;

  TunnelAcceptor(Sockets sockets) {
    super(sockets, StandardOptions.SERVER);
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
    if (!(taker instanceof TunnelConnection into)) {
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

  private TcpConnection take(TcpListener from, TunnelConnection into) throws IOException {
    long deadline = Gate.deadline(options.number(SocketOptions.SO_TIMEOUT));
    sockets.enter(gate);
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
      sockets.leave(gate);
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
