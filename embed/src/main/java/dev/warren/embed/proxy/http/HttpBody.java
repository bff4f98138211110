package dev.warren.embed.proxy.http;

import dev.warren.embed.proxy.relay.Connection;
import dev.warren.packet.owner.Confined;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Carries a body, never more of it than one buffer at a time.
 *
 * <p>Chunks are made anew: without extensions, and without the fields that may follow the last.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link HttpRefused} for what is no body; {@link IOException} when it breaks
 * off.
 *
 * <p><b>Source:</b> RFC 9112 section 7.1.
 */
@Confined("body")
final class HttpBody {
  private static final int BUFFER_BYTES = 16_384;
  private static final int MAX_CHUNK_LINE = 256;
  private static final int MAX_TRAILER = 16_384;
  private static final byte[] END_OF_LINE = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Connection connection;
  private final InputStream in;
  private final OutputStream out;
  private final boolean fromClient;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  HttpBody(Connection connection, InputStream in, OutputStream out, boolean fromClient) {
    this.connection = connection;
    this.in = in;
    this.out = out;
    this.fromClient = fromClient;
  }

  /**
   * Carries it.
   *
   * @param framing how it comes
   * @param told how it goes
   */
  void carry(Framing framing, Framing told) throws IOException {
    boolean chunks = told.kind() == Framing.Kind.CHUNKED;
    switch (framing.kind()) {
      case NONE -> {}
      case LENGTH -> bytes(framing.lengthBytes(), false);
      case UNTIL_CLOSE -> bytes(Long.MAX_VALUE, false);
      case CHUNKED -> {
        for (long size = chunkSize(); size > 0; size = chunkSize()) {
          bytes(size, chunks);
          if (in.read() != '\r' || in.read() != '\n') {
            throw HttpHead.bad("a chunk that is longer than it says");
          }
        }
        trailer();
        if (chunks) {
          out.write(LAST_CHUNK);
        }
      }
    }
    out.flush();
  }

  private void bytes(long count, boolean asChunks) throws IOException {
    boolean endless = count == Long.MAX_VALUE;
    long left = count;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0 && endless) {
        return;
      }
      if (read < 0) {
        throw HttpHead.bad("the body ends too early");
      }
      if (asChunks) {
        out.write((Integer.toHexString(read) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
      out.write(buffer, 0, read);
      if (asChunks) {
        out.write(END_OF_LINE);
      }
      if (in.available() == 0) {
        out.flush();
      }
      count(read);
      left -= read;
    }
  }

  private void count(int read) {
    connection.touch();
    if (fromClient) {
      connection.counters().fromClient(read);
    } else {
      connection.counters().toClient(read);
    }
  }

  private long chunkSize() throws IOException {
    StringBuilder line = line(MAX_CHUNK_LINE);
    int digits = 0;
    while (digits < line.length() && isHex(line.charAt(digits))) {
      digits++;
    }
    boolean ended = digits == line.length();
    boolean extended = !ended && (line.charAt(digits) == ';' || line.charAt(digits) == ' ');
    if (digits == 0 || digits > 15 || !(ended || extended)) {
      throw HttpHead.bad("a chunk without a size");
    }
    return Long.parseLong(line, 0, digits, 16);
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private void trailer() throws IOException {
    int left = MAX_TRAILER;
    while (true) {
      StringBuilder line = line(left);
      if (line.isEmpty()) {
        return;
      }
      left -= line.length();
    }
  }

  private StringBuilder line(int limit) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c == '\r' && in.read() == '\n') {
        return line;
      }
      if (c < 0 || c == '\r' || c == '\n' || line.length() >= limit) {
        throw HttpHead.bad("a bad line between chunks");
      }
      line.append((char) c);
    }
  }
}
