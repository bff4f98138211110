package dev.warren.cli.uapi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One request to a daemon and its answer, over a connection of its own.
 *
 * <p>A change is sent while it is put together, so a request for 100,000 peers needs no more memory
 * than one for two.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link UapiException}. A daemon that stops reading in the middle has an answer,
 * and that is the error: what could not be written is let go.
 *
 * <p><b>Source:</b> wireguard.com "Cross-platform Userspace Implementation".
 */
public final class UapiConnection implements AutoCloseable {
  private static final String ERRNO = "errno=";

  private final SocketChannel channel;
  private final ByteBuffer out = ByteBuffer.allocate(16_384);
  private boolean broken;

  // What was read and not yet taken: in[position, limit).
  private byte[] in = new byte[16_384];
  private int position;
  private int limit;

  UapiConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Sends {@code key=value}. Both are Latin-1. */
  public void line(String key, String value) {
    put(key);
    put('=');
    put(value);
    put('\n');
  }

  /** Ends the request and sends what is left of it. */
  public void end() {
    put('\n');
    flush();
  }

  /** Reads the answer to a change; 0 when it was made, otherwise what the daemon says, negative. */
  public int answer() throws UapiException {
    int errno = -Errno.EPROTO;
    while (true) {
      String line = readLine();
      if (line == null || (!line.isEmpty() && line.indexOf('=') < 0)) {
        throw new UapiException(Errno.EPROTO);
      }
      if (line.isEmpty()) {
        return errno;
      }
      if (line.startsWith(ERRNO)) {
        try {
          if (line.startsWith("+", ERRNO.length())) {
            throw new NumberFormatException();
          }
          errno = Integer.parseInt(line.substring(ERRNO.length()));
        } catch (NumberFormatException e) {
          throw new UapiException(Errno.EPROTO);
        }
      }
    }
  }

  /** Reads a line without its end; null when there is no whole line any more. */
  @Nullable String readLine() throws UapiException {
    int from = position;
    while (true) {
      for (int i = from; i < limit; i++) {
        if (in[i] == '\n') {
          String line = new String(in, position, i - position, StandardCharsets.ISO_8859_1);
          position = i + 1;
          return line;
        }
      }
      int kept = limit - position;
      if (kept == in.length) {
        in = Arrays.copyOf(in, 2 * kept);
      } else {
        System.arraycopy(in, position, in, 0, kept);
      }
      position = 0;
      limit = kept;
      from = kept;
      if (!fill()) {
        return null;
      }
    }
  }

  private boolean fill() throws UapiException {
    try {
      int count = channel.read(ByteBuffer.wrap(in, limit, in.length - limit));
      limit += Math.max(0, count);
      return count > 0;
    } catch (IOException e) {
      throw UapiSockets.failure(e);
    }
  }

  private void put(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
  }

  private void put(char c) {
    if (!out.hasRemaining()) {
      flush();
    }
    out.put((byte) c);
  }

  private void flush() {
    out.flip();
    try {
      while (!broken && out.hasRemaining()) {
        channel.write(out);
      }
    } catch (IOException e) {
      broken = true;
    }
    out.clear();
  }

  @Override
  public void close() {
    Arrays.fill(in, (byte) 0);
    Arrays.fill(out.array(), (byte) 0);
    try {
      channel.close();
    } catch (IOException e) {
      // Everything was said already.
    }
  }
}
