package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes that come in; {@code java.net} wraps it, and closes the socket with it.
 *
 * <p><b>Owner:</b> any thread.
 */
@Shared
final class TunnelInput extends InputStream {
  private final TunnelSocketImpl connection;

  TunnelInput(TunnelSocketImpl connection) {
    this.connection = connection;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return connection.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return connection.read(into, offset, length);
  }

  @Override
  public int available() throws IOException {
    return connection.available();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
