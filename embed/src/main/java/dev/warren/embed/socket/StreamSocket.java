package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a connection and a listening port have in common: options, and being closed once.
 *
 * <p><b>Owner:</b> any thread.
 */
@Shared
abstract class StreamSocket extends SocketImpl {
  private static final int BUFFER_BYTES = 2 << 20;

  final Sockets sockets;
  final Options options = new Options(BUFFER_BYTES);
  final AtomicBoolean closed = new AtomicBoolean();
  private final Set<SocketOption<?>> supported;

  StreamSocket(Sockets sockets, Set<SocketOption<?>> supported) {
    this.sockets = sockets;
    this.supported = supported;
  }

  @Override
  protected final void create(boolean stream) throws IOException {
    if (!stream) {
      throw new IOException("Datagram socket not supported");
    }
  }

  final void ensureOpen() throws SocketException {
    if (closed.get()) {
      throw new SocketException(Failures.CLOSED);
    }
  }

  @Override
  protected final Set<SocketOption<?>> supportedOptions() {
    return supported;
  }

  @Override
  protected final <T> void setOption(SocketOption<T> name, T value) throws IOException {
    setOption(StandardOptions.number(name, supported), value);
  }

  @SuppressWarnings("unchecked") // each option keeps the type of its values
  @Override
  protected final <T> T getOption(SocketOption<T> name) throws IOException {
    return (T) getOption(StandardOptions.number(name, supported));
  }
}
