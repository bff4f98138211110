package dev.warren.interop.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection to a daemon's configuration socket, with nothing between: for requests that {@code
 * wg} would never send.
 *
 * <p>Owner: the scenario's thread.
 */
public final class Uapi implements AutoCloseable {
  private static final String ERRNO = "errno=";

  /** The lines of an answer before its errno, and that errno. */
  public record Answer(List<String> lines, int errno) {}

  private final SocketChannel channel;
  private final BufferedReader in;

  private Uapi(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /** Whether a daemon listens at this socket. */
  public static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  public static Uapi connect(Path socket) {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Uapi(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One request on a connection of its own. */
  public static Answer request(Path socket, String... lines) {
    try (Uapi uapi = connect(socket)) {
      return uapi.request(lines);
    }
  }

  /** Sends these lines and the empty one after them; reads one answer. */
  public Answer request(String... lines) {
    write(String.join("\n", lines) + "\n\n");
    return answer();
  }

  /** Sends exactly this. */
  public void write(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one answer. */
  public Answer answer() {
    List<String> lines = new ArrayList<>();
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(ERRNO)) {
          String empty = in.readLine();
          if (empty == null || !empty.isEmpty()) {
            throw new AssertionError("an empty line must end the answer, not " + empty);
          }
          return new Answer(lines, Integer.parseInt(line.substring(ERRNO.length())));
        }
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("connection closed before errno, after " + lines.size() + " lines");
  }

  /** Whether the daemon has closed its end. */
  public boolean isClosedByDaemon() {
    try {
      return in.readLine() == null;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
