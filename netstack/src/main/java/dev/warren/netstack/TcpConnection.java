package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Shared;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The signatures of a connection; every one fails. */
@Shared
public final class TcpConnection extends Attentive {
  /** What happens to it. */
  public interface Events {
    void connected();

    void readable();

    void writable();

    void failed(TcpFailure why);

    void closed();
  }

  private final Events events;
  private final IpAddress local;
  private final IpAddress remote;
  private final int remotePort;

  TcpConnection(IpAddress local, IpAddress remote, int remotePort, Events events) {
    this.local = local;
    this.remote = remote;
    this.remotePort = remotePort;
    this.events = events;
  }

  @Override
  void attend(long nowNanos) {
    events.failed(TcpFailure.UNREACHABLE);
  }

  public int read(byte[] into, int offset, int length) {
    return -2;
  }

  public int read(ByteBuffer into) {
    return -2;
  }

  public int write(byte[] from, int offset, int length) {
    return -2;
  }

  public int write(ByteBuffer from) {
    return -2;
  }

  public int readableBytes() {
    return 0;
  }

  public int writableBytes() {
    return 0;
  }

  public boolean isEndOfStream() {
    return false;
  }

  public @Nullable TcpFailure failure() {
    return TcpFailure.UNREACHABLE;
  }

  public void shutdownOutput() {}

  public void shutdownInput() {}

  public void close() {}

  public void abort() {}

  public void noDelay(boolean on) {}

  public void keepAlive(boolean on, long idleNanos, long intervalNanos, int count) {}

  public void userTimeout(long nanos) {}

  public IpAddress localAddress() {
    return local;
  }

  public int localPort() {
    return 0;
  }

  public IpAddress remoteAddress() {
    return remote;
  }

  public int remotePort() {
    return remotePort;
  }

  public TcpState state() {
    return TcpState.CLOSED;
  }

  public boolean isFlushed() {
    return true;
  }
}
