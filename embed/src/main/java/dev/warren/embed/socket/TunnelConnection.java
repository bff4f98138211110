package dev.warren.embed.socket;

import dev.warren.embed.port.Addresses;
import dev.warren.netstack.TcpConnection;
import dev.warren.netstack.TcpFailure;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection of a tunnel, as {@code java.net} wants it: the blocking over the stack's calls
 * that never block.
 *
 * <p>Bytes are copied once, between the program's array and the connection's buffer. A thread that
 * finds nothing to read, or no room to write, waits at a gate that the device's thread opens when
 * that changes; otherwise the two do not meet.
 *
 * <p><b>Owner:</b> any thread; one reads and one writes at a time, by a lock each. The events come
 * on the device's thread.
 *
 * <p><b>Errors:</b> those of {@code sun.nio.ch.NioSocketImpl}, with its words.
 */
@Shared
final class TunnelConnection extends StreamSocket implements TcpConnection.Events {
  private static final long LINGER_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final ReentrantLock readLock = new ReentrantLock();
  private final ReentrantLock writeLock = new ReentrantLock();
  private final Gate readGate = new Gate();
  private final Gate writeGate = new Gate();
  private final Gate closeGate = new Gate();

  private @Nullable InetAddress boundAddress;
  private volatile @Nullable TcpConnection connection;
  private volatile @Nullable TcpFailure failure;
  private volatile boolean connected;
  private volatile boolean inputShut;
  private volatile boolean outputShut;
  private boolean writeFailed;

  TunnelConnection(Sockets sockets) {
    super(sockets, StandardOptions.STREAM);
  }

  // From the device's thread.

  @Override
  public void connected() {
    connected = true;
    writeGate.open();
  }

  @Override
  public void readable() {
    readGate.open();
  }

  @Override
  public void writable() {
    writeGate.open();
    closeGate.open();
  }

  @Override
  public void failed(TcpFailure why) {
    failure = why;
    openAll();
  }

  @Override
  public void closed() {
    openAll();
  }

  private void openAll() {
    readGate.open();
    writeGate.open();
    closeGate.open();
  }

  // Beginning.

  @Override
  protected void bind(InetAddress host, int wantedPort) throws IOException {
    sockets.local(host);
    boundAddress = host;
    localport = wantedPort;
  }

  @Override
  protected void connect(String host, int toPort) throws IOException {
    connect(new InetSocketAddress(host, toPort), 0);
  }

  @Override
  protected void connect(InetAddress to, int toPort) throws IOException {
    connect(new InetSocketAddress(to, toPort), 0);
  }

  @Override
  protected void connect(SocketAddress to, int timeoutMillis) throws IOException {
    if (!(to instanceof InetSocketAddress remote)) {
      throw new IllegalArgumentException("Unsupported address type");
    }
    if (remote.isUnresolved()) {
      throw new UnknownHostException(remote.getHostString());
    }
    writeLock.lock();
    try {
      ensureOpen();
      address = remote.getAddress();
      port = remote.getPort();
      IpAddress local = sockets.local(boundAddress);
      TcpConnection begun =
          sockets.stack().connect(local, localport, Addresses.of(remote.getAddress()), port, this);
      adopt(begun);
      try {
        awaitConnected(Gate.deadline(timeoutMillis));
      } catch (IOException e) {
        begun.abort();
        throw e;
      }
      localport = begun.localPort();
    } finally {
      writeLock.unlock();
    }
  }

  private void awaitConnected(long deadline) throws IOException {
    writeGate.enter();
    try {
      while (!connected) {
        TcpFailure why = failure;
        if (why != null && !closed.get()) {
          throw Failures.connecting(why);
        }
        ensureOpen();
        if (!writeGate.await(deadline)) {
          throw new SocketTimeoutException("Connect timed out");
        }
      }
      ensureOpen();
    } finally {
      writeGate.leave();
    }
  }

  /** Takes a connection that was begun or accepted. */
  void adopt(TcpConnection begun) {
    connection = begun;
    begun.noDelay(options.isOn(SocketOptions.TCP_NODELAY));
    if (options.isOn(SocketOptions.SO_KEEPALIVE)) {
      keepAlive(begun, true);
    }
    if (closed.get()) {
      begun.abort();
    }
  }

  /** Tells the socket who is at the other side of a connection that was accepted. */
  void accepted(TcpConnection taken) {
    address = Addresses.of(taken.remoteAddress());
    port = taken.remotePort();
    localport = taken.localPort();
    connected = true;
    adopt(taken);
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new SocketException("Not a server socket");
  }

  @Override
  protected void accept(SocketImpl s) throws IOException {
    throw new SocketException("Not a server socket");
  }

  // Bytes.

  private TcpConnection established() throws SocketException {
    ensureOpen();
    TcpConnection begun = connection;
    if (begun == null) {
      throw new SocketException("Socket is not connected");
    }
    return begun;
  }

  int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    readLock.lock();
    try {
      TcpConnection from = established();
      int count = tryRead(from, into, offset, length);
      return count == 0 ? awaitRead(from, into, offset, length) : count;
    } finally {
      readLock.unlock();
    }
  }

  private int awaitRead(TcpConnection from, byte[] into, int offset, int length)
      throws IOException {
    long deadline = Gate.deadline(options.number(SocketOptions.SO_TIMEOUT));
    readGate.enter();
    try {
      while (true) {
        int count = tryRead(from, into, offset, length);
        if (count != 0) {
          return count;
        }
        if (!readGate.await(deadline)) {
          throw new SocketTimeoutException("Read timed out");
        }
      }
    } finally {
      readGate.leave();
    }
  }

  private int tryRead(TcpConnection from, byte[] into, int offset, int length)
      throws SocketException {
    ensureOpen();
    if (inputShut) {
      return -1;
    }
    int count = from.read(into, offset, length);
    if (count == -2) {
      ensureOpen();
      throw Failures.moving(why(from));
    }
    return count;
  }

  private TcpFailure why(TcpConnection of) {
    TcpFailure told = failure;
    TcpFailure known = told == null ? of.failure() : told;
    return known == null ? TcpFailure.ABORTED : known;
  }

  void write(byte[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    writeLock.lock();
    try {
      TcpConnection to = established();
      int done = 0;
      while (done < length) {
        int count = tryWrite(to, from, offset + done, length - done);
        done += count;
        if (done < length) {
          done += awaitWrite(to, from, offset + done, length - done);
        }
      }
    } finally {
      writeLock.unlock();
    }
  }

  private int awaitWrite(TcpConnection to, byte[] from, int offset, int length) throws IOException {
    writeGate.enter();
    try {
      while (true) {
        int count = tryWrite(to, from, offset, length);
        if (count != 0) {
          return count;
        }
        writeGate.await(Gate.NEVER);
      }
    } finally {
      writeGate.leave();
    }
  }

  private int tryWrite(TcpConnection to, byte[] from, int offset, int length)
      throws SocketException {
    ensureOpen();
    if (outputShut) {
      throw new SocketException("Broken pipe");
    }
    int count = to.write(from, offset, length);
    if (count == -2) {
      ensureOpen();
      boolean again = writeFailed;
      writeFailed = true;
      throw again ? new SocketException("Broken pipe") : Failures.moving(why(to));
    }
    return count;
  }

  @Override
  protected int available() throws IOException {
    TcpConnection from = established();
    return inputShut ? 0 : from.readableBytes();
  }

  @Override
  protected InputStream getInputStream() {
    return new TunnelInput(this);
  }

  @Override
  protected OutputStream getOutputStream() {
    return new TunnelOutput(this);
  }

  // The end.

  @Override
  protected void shutdownInput() throws IOException {
    TcpConnection from = established();
    inputShut = true;
    from.shutdownInput();
    readGate.open();
  }

  @Override
  protected void shutdownOutput() throws IOException {
    TcpConnection to = established();
    outputShut = true;
    to.shutdownOutput();
    writeGate.open();
  }

  @Override
  protected void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    openAll();
    TcpConnection begun = connection;
    if (begun == null) {
      return;
    }
    int linger = options.number(SocketOptions.SO_LINGER);
    if (linger == 0 || !connected) {
      begun.abort();
      return;
    }
    begun.close();
    if (linger > 0) {
      linger(begun, System.nanoTime() + TimeUnit.SECONDS.toNanos(linger));
    }
  }

  /** Waits until all is acknowledged. */
  private void linger(TcpConnection closing, long deadline) {
    closeGate.enter();
    try {
      while (!closing.isFlushed() && failure == null && System.nanoTime() - deadline < 0) {
        closeGate.await(Math.min(deadline, System.nanoTime() + LINGER_LOOK_NANOS));
      }
    } catch (InterruptedIOException e) {
      // Interrupted while it closes: it is closed, and the rest goes in the background.
    } finally {
      closeGate.leave();
    }
  }

  // Options.

  @Override
  protected boolean supportsUrgentData() {
    return false;
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw new SocketException("Urgent data not supported");
  }

  @Override
  public void setOption(int option, Object value) throws SocketException {
    ensureOpen();
    options.set(option, value);
    TcpConnection begun = connection;
    if (begun != null && option == SocketOptions.TCP_NODELAY) {
      begun.noDelay(options.isOn(option));
    } else if (begun != null && option == SocketOptions.SO_KEEPALIVE) {
      keepAlive(begun, options.isOn(option));
    }
  }

  /** By Linux's defaults: after two hours, nine probes each 75 s. */
  private static void keepAlive(TcpConnection of, boolean on) {
    of.keepAlive(on, TimeUnit.HOURS.toNanos(2), TimeUnit.SECONDS.toNanos(75), 9);
  }

  @Override
  public Object getOption(int option) throws SocketException {
    ensureOpen();
    if (option == SocketOptions.SO_BINDADDR) {
      TcpConnection begun = connection;
      if (begun != null) {
        return Addresses.of(begun.localAddress());
      }
      return boundAddress == null ? sockets.any() : boundAddress;
    }
    return options.get(option);
  }
}
