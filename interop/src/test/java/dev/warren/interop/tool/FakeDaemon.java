package dev.warren.interop.tool;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A daemon that gives one answer to whatever it is asked.
 *
 * <p>Owner: the scenario; it serves on a thread of its own.
 */
final class FakeDaemon implements AutoCloseable {
  private final ServerSocketChannel server;
  private volatile String answer = "errno=0\n\n";

  FakeDaemon(Path socket) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().name("fake-daemon").daemon().start(this::serve);
  }

  void answer(String text) {
    answer = text;
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept();
          BufferedReader in =
              new BufferedReader(Channels.newReader(client, StandardCharsets.ISO_8859_1))) {
        String line = in.readLine();
        if (line == null) {
          continue; // Only looked whether anybody is here.
        }
        while (line != null && !line.isEmpty()) {
          line = in.readLine();
        }
        ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
          client.write(bytes);
        }
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException e) {
        // A client that did not wait for its answer.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
