package dev.warren.cli.quickstart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warren.embed.Network;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * What home serves by HTTP on its private address: a page; {@code GET /speed}, bytes for as long as
 * somebody reads them; {@code POST /speed}, which answers how fast bytes came in.
 *
 * <p><b>Owner:</b> a virtual thread for who accepts, and one for each visitor.
 *
 * <p><b>Errors:</b> a visitor who goes or asks nonsense ends their own connection alone.
 *
 * <p><b>Source:</b> RFC 9112; one request a connection.
 */
final class HomePage implements AutoCloseable {
  /** Inside a tunnel no port is privileged. */
  static final int PORT = 80;

  private static final int BACKLOG = 50;
  private static final int MAX_HEAD_BYTES = 8 * 1024;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final long MOST_NANOS = 30_000_000_000L;

  private final ServerSocket door;

  private HomePage(ServerSocket door) {
    this.door = door;
  }

  /** Opens the door, at any free port where {@code port} is 0. */
  static HomePage open(Network network, InetAddress address, int port) throws IOException {
    HomePage page = new HomePage(network.listen(address, port, BACKLOG));
    Thread.ofVirtual().name("home-page").start(page::accept);
    return page;
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket visitor = door.accept();
        Thread.ofVirtual().name("home-visitor").start(() -> serve(visitor));
      }
    } catch (IOException e) {
      // Closed: the demonstration is over.
    }
  }

  private static void serve(Socket visitor) {
    try (visitor) {
      visitor.setSoTimeout(PATIENCE_MILLIS);
      InputStream in = new BufferedInputStream(visitor.getInputStream());
      OutputStream out = visitor.getOutputStream();
      String request = readHead(in);
      String asked = request.substring(0, Math.max(0, request.indexOf(" HTTP/1.")));
      switch (asked) {
        case "GET /" ->
            answer(
                out,
                "200 OK",
                "Hello from home! You are "
                    + visitor.getInetAddress().getHostAddress()
                    + ", and nobody on the way can read this.\n");
        case "GET /speed" -> {
          out.write(head("200 OK", "application/octet-stream", -1));
          Meter.fill(out, MOST_NANOS);
        }
        case "POST /speed" -> {
          Meter.Flow flow = Meter.drain(in, MOST_NANOS);
          answer(out, "200 OK", flow.bytes() + " " + flow.nanos() + "\n");
        }
        default -> answer(out, asked.isEmpty() ? "400 Bad Request" : "404 Not Found", "No.\n");
      }
    } catch (IOException e) {
      // The visitor has gone; the next one is served as well.
    }
  }

  /** All up to the empty line, or nothing where there is none. */
  static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int c = in.read();
    while (c >= 0 && head.length() < MAX_HEAD_BYTES) {
      head.append((char) c);
      if (c == '\n' && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) >= 0) {
        return head.toString();
      }
      c = in.read();
    }
    return "";
  }

  private static void answer(OutputStream out, String status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    byte[] head = head(status, "text/plain; charset=utf-8", bytes.length);
    byte[] whole = new byte[head.length + bytes.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(bytes, 0, whole, head.length, bytes.length);
    out.write(whole);
    out.flush();
  }

  private static byte[] head(String status, String type, int length) {
    String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nConnection: close\r\n";
    String sized = length < 0 ? head : head + "Content-Length: " + length + "\r\n";
    return (sized + "\r\n").getBytes(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
