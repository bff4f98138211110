package dev.warren.netstack;

import org.jspecify.annotations.Nullable;

/** Takes note of a connection's events. */
final class Heard implements TcpConnection.Events {
  int connected;
  int readable;
  int writable;
  int closed;
  @Nullable TcpFailure failed;

  @Override
  public void connected() {
    connected++;
  }

  @Override
  public void readable() {
    readable++;
  }

  @Override
  public void writable() {
    writable++;
  }

  @Override
  public void failed(TcpFailure why) {
    failed = why;
  }

  @Override
  public void closed() {
    closed++;
  }
}
