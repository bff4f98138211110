package dev.warren.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A client of the configuration socket that may be rude. */
final class UapiClient implements AutoCloseable {
  final SocketChannel channel;
  private final BufferedReader in;

  UapiClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    in = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.US_ASCII));
  }

  void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** The lines of an answer, the errno line last; empty when the server hung up. */
  List<String> answer() throws IOException {
    List<String> lines = new ArrayList<>();
    String line;
    while ((line = in.readLine()) != null && !line.isEmpty()) {
      lines.add(line);
    }
    return lines;
  }

  /** Sends a request and answers what comes back. */
  List<String> ask(String request) throws IOException {
    write(request);
    return answer();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
