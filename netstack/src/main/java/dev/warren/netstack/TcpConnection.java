package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection, as a program sees it: two bounded streams of bytes that never make it wait, and
 * events that tell when to try again.
 *
 * <p><b>Owner:</b> any thread; at a time one thread reads and one writes. {@link Events} are called
 * on the device's thread.
 *
 * <p><b>Errors:</b> {@link #failure} says why a connection is gone.
 */
@Shared
public final class TcpConnection extends Attentive {
  private static final Events NOBODY =
      new Events() {
        @Override
        public void connected() {}

        @Override
        public void readable() {}

        @Override
        public void writable() {}

        @Override
        public void failed(TcpFailure why) {}

        @Override
        public void closed() {}
      };

  /** Hears of a connection, on the device's thread, and returns at once. */
  public interface Events {
    /** Data can be sent. */
    void connected();

    /** There is something new to read, or the end of the stream. */
    void readable();

    /** There is room again after a write found too little. */
    void writable();

    /** The connection is gone, otherwise than by both sides closing it. */
    void failed(TcpFailure why);

    /** The connection is over, in whatever way; the last event. */
    void closed();
  }

  private final Tcp tcp;
  private final Flow flow;
  private final ByteStream in;
  private final ByteStream out;
  private final ControlBlock block;

  private volatile Events events;
  private volatile TcpState state = TcpState.CLOSED;
  private volatile @Nullable TcpFailure failure;
  private volatile boolean endOfStream;
  private volatile boolean flushed = true;
  private volatile boolean wantsWritable;

  // What the program asks for.
  private volatile boolean wantsFin;
  private volatile boolean wantsDiscard;
  private volatile boolean wantsClose;
  private volatile boolean wantsAbort;
  private volatile boolean noDelay;
  private volatile long keepAliveIdleNanos;
  private volatile long keepAliveIntervalNanos = 75_000_000_000L;
  private volatile int keepAliveProbes = 9;
  private volatile long userTimeoutNanos;

  /** The device's: whether the program was told that it is connected, and that it is over. */
  private boolean connected;

  private boolean connectedTold;
  private boolean closedTold;
  private boolean opened;
  private final boolean active;

  TcpConnection(
      Tcp tcp,
      Flow flow,
      int sendBytes,
      int receiveBytes,
      @Nullable Events events,
      @Nullable TcpListener listener) {
    this.tcp = tcp;
    this.flow = flow;
    this.in = new ByteStream(receiveBytes, tcp.spares());
    this.out = new ByteStream(sendBytes, tcp.spares());
    this.events = events == null ? NOBODY : events;
    this.active = listener == null;
    this.block = new ControlBlock(tcp, flow, this, listener);
  }

  // Any thread.

  /**
   * Reads what has come.
   *
   * @return how many bytes; 0 when there are none now, -1 at the end of the stream, -2 after a
   *     failure
   */
  public int read(byte[] into, int offset, int length) {
    boolean end = endOfStream;
    boolean failed = failure != null;
    int count = in.take(into, offset, length);
    return count > 0 || length == 0 ? tookSome(count) : end ? -1 : failed ? -2 : 0;
  }

  /** The same. */
  public int read(ByteBuffer into) {
    boolean end = endOfStream;
    boolean failed = failure != null;
    boolean asked = into.hasRemaining();
    int count = in.take(into);
    return count > 0 || !asked ? tookSome(count) : end ? -1 : failed ? -2 : 0;
  }

  private int tookSome(int count) {
    if (count > 0 && block.receive.hasNewsOfWindow()) {
      tcp.attention().add(this);
    }
    return count;
  }

  /**
   * Takes bytes to send.
   *
   * @return how many there was room for; -2 after a failure or {@link #shutdownOutput}
   */
  public int write(byte[] from, int offset, int length) {
    if (failure != null || wantsFin) {
      return -2;
    }
    int count = out.put(from, offset, length);
    if (count < length) {
      wantsWritable = true;
      count += out.put(from, offset + count, length - count);
    }
    return wroteSome(count);
  }

  /** The same. */
  public int write(ByteBuffer from) {
    if (failure != null || wantsFin) {
      return -2;
    }
    int count = out.put(from);
    if (from.hasRemaining()) {
      wantsWritable = true;
      count += out.put(from);
    }
    return wroteSome(count);
  }

  private int wroteSome(int count) {
    if (count > 0) {
      flushed = false;
      tcp.attention().add(this);
    }
    return count;
  }

  /** How many bytes can be read at once. */
  public int readableBytes() {
    return in.available();
  }

  /** How many bytes can be written at once. */
  public int writableBytes() {
    return failure != null || wantsFin ? 0 : out.capacity() - out.available();
  }

  /** Whether the other side has sent all, and all of it was read. */
  public boolean isEndOfStream() {
    return endOfStream && in.available() == 0;
  }

  /** Why it is gone, or null. */
  public @Nullable TcpFailure failure() {
    return failure;
  }

  /** Ends this side's stream behind what was written. */
  public void shutdownOutput() {
    wantsFin = true;
    flushed = false;
    tcp.attention().add(this);
  }

  /** Throws away what comes from now on. */
  public void shutdownInput() {
    wantsDiscard = true;
    tcp.attention().add(this);
  }

  /** Ends both directions; what was written is still sent, what was not read resets it. */
  public void close() {
    wantsFin = true;
    wantsClose = true;
    tcp.attention().add(this);
  }

  /** Resets the connection. */
  public void abort() {
    wantsAbort = true;
    tcp.attention().add(this);
  }

  /** Whether small segments leave at once; without, one at a time is under way (Nagle). */
  public void noDelay(boolean on) {
    noDelay = on;
    tcp.attention().add(this);
  }

  /** Asks a silent other side whether it is there. */
  public void keepAlive(boolean on, long idleNanos, long intervalNanos, int count) {
    keepAliveIntervalNanos = intervalNanos;
    keepAliveProbes = count;
    keepAliveIdleNanos = on ? idleNanos : 0;
    tcp.attention().add(this);
  }

  /** How long data may stay unacknowledged before the connection fails; 0 for TCP's own limit. */
  public void userTimeout(long nanos) {
    userTimeoutNanos = nanos;
  }

  public IpAddress localAddress() {
    return flow.local();
  }

  public int localPort() {
    return flow.localPort();
  }

  public IpAddress remoteAddress() {
    return flow.remote();
  }

  public int remotePort() {
    return flow.remotePort();
  }

  public TcpState state() {
    return state;
  }

  /** Whether all that was written, and the end if there is one, was acknowledged. */
  public boolean isFlushed() {
    return flushed;
  }

  // The device's thread.

  @Override
  void attend(long nowNanos) {
    if (active && !opened) {
      opened = true;
      tcp.open(block, nowNanos);
    }
    tellConnected();
    block.attend(nowNanos);
    if (state == TcpState.CLOSED && opened) {
      onClosed();
    }
  }

  void accept(Events newEvents) {
    events = newEvents;
    tcp.attention().add(this);
  }

  ControlBlock block() {
    return block;
  }

  ByteStream in() {
    return in;
  }

  ByteStream out() {
    return out;
  }

  void state(TcpState now) {
    state = now;
  }

  void flushed(boolean all) {
    flushed = all;
  }

  void endOfStream() {
    endOfStream = true;
  }

  void onConnected() {
    connected = true;
    opened = true;
    tellConnected();
  }

  /** Also to one who accepts it later, together with what has come meanwhile. */
  private void tellConnected() {
    Events told = events;
    if (connected && !connectedTold && told != NOBODY) {
      connectedTold = true;
      told.connected();
      if (in.available() > 0 || endOfStream) {
        told.readable();
      }
      TcpFailure why = failure;
      if (why != null) {
        told.failed(why);
      }
    }
  }

  void onReadable() {
    events.readable();
  }

  void onWritable() {
    if (wantsWritable && 4 * (out.capacity() - out.available()) >= out.capacity()) {
      wantsWritable = false;
      events.writable();
    }
  }

  void onFailed(TcpFailure why) {
    if (failure == null) {
      failure = why;
      events.failed(why);
    }
  }

  void onClosed() {
    if (!closedTold && (events != NOBODY || wantsClose)) {
      closedTold = true;
      events.closed();
    }
  }

  boolean wantsFin() {
    return wantsFin;
  }

  boolean wantsDiscard() {
    return wantsDiscard;
  }

  boolean wantsClose() {
    return wantsClose;
  }

  boolean wantsAbort() {
    return wantsAbort;
  }

  boolean wantsNoDelay() {
    return noDelay;
  }

  long keepAliveIdleNanos() {
    return keepAliveIdleNanos;
  }

  long keepAliveIntervalNanos() {
    return keepAliveIntervalNanos;
  }

  int keepAliveProbes() {
    return keepAliveProbes;
  }

  long userTimeoutNanos() {
    return userTimeoutNanos;
  }
}
