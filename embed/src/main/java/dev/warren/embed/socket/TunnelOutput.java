package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The bytes that go out; {@code java.net} wraps it, and closes the socket with it.
 *
 * <p><b>Owner:</b> any thread.
 */
@Shared
final class TunnelOutput extends OutputStream {
  private final TunnelSocketImpl connection;

  TunnelOutput(TunnelSocketImpl connection) {
    this.connection = connection;
  }

  @Override
  public void write(int b) throws IOException {
    connection.write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    connection.write(from, offset, length);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
