package dev.warren.cli.quickstart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.embed.Network;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What remote does at home, by HTTP.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link IOException}; nothing waits longer than ten seconds for an answer.
 */
final class Visit {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Network network;
  private final InetSocketAddress home;

  Visit(Network network, InetAddress address, int port) {
    this.network = network;
    this.home = new InetSocketAddress(address, port);
  }

  /** A page, and how long it took from the connection's beginning. */
  record Page(int status, String body, long nanos) {}

  /** Fetches the page; before the first one there is the handshake. */
  Page fetch() throws IOException {
    long begin = System.nanoTime();
    try (Socket socket = ask("GET /")) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      int status = readStatus(in);
      String body = new String(in.readAllBytes(), UTF_8);
      return new Page(status, body, System.nanoTime() - begin);
    }
  }

  /** Has home send for so long. */
  Meter.Flow receive(long millis) throws IOException {
    try (Socket socket = ask("GET /speed")) {
      InputStream in = socket.getInputStream();
      readStatus(in);
      return Meter.drain(in, TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  /** Sends to home for so long, and asks what came in. */
  Meter.Flow send(long millis) throws IOException {
    try (Socket socket = ask("POST /speed")) {
      OutputStream out = socket.getOutputStream();
      Meter.fill(out, TimeUnit.MILLISECONDS.toNanos(millis) + Meter.RUN_UP_NANOS);
      socket.shutdownOutput();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      readStatus(in);
      String[] words = new String(in.readAllBytes(), UTF_8).strip().split(" ", -1);
      if (words.length != 2) {
        throw new ProtocolException("home did not say how fast it was");
      }
      return new Meter.Flow(Long.parseLong(words[0]), Long.parseLong(words[1]));
    } catch (NumberFormatException e) {
      throw new IOException("home said no number", e);
    }
  }

  private Socket ask(String what) throws IOException {
    Socket socket = network.dial(home, Duration.ofMillis(PATIENCE_MILLIS));
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      String host = home.getAddress().getHostAddress();
      String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
      String head = what + " HTTP/1.1\r\nHost: " + bracketed + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static int readStatus(InputStream in) throws IOException {
    String head = HomePage.readHead(in);
    String[] words = head.split(" ", 3);
    if (words.length == 3 && words[0].startsWith("HTTP/1.") && words[1].matches("[0-9]{3}")) {
      return Integer.parseInt(words[1]);
    }
    throw new ProtocolException("what home answered is no HTTP");
  }
}
