package dev.warren.embed.http;

import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.RandomSource;
import dev.warren.embed.dns.Transport;
import dev.warren.packet.owner.Shared;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on {@code 127.0.0.1} that leads into a network: CONNECT, and plain requests.
 *
 * <p>It serves this process; and who knows its secret, as {@code Proxy-Authorization: Warren
 * <i>secret</i>}. Basic would not do, because the JDK's client sends no Basic with CONNECT. Others
 * are told 407, at most {@value #MAX_STRANGERS} at a time, so that they take nothing from us.
 *
 * <p><b>Owner:</b> any thread. A virtual thread accepts, two more serve a connection.
 *
 * <p><b>Errors:</b> statuses: 400 no request, 407 a stranger, 431 too long a head, 502 refused or
 * no such host, 503 too many, 504 no answer in time.
 *
 * <p><b>Source:</b> RFC 9110 sections 9.3.6, 11.7 and 15.
 */
@Shared
final class LoopbackProxy implements AutoCloseable {
  static final String SCHEME = "Warren";
  private static final int MAX_CONNECTIONS = 4096;
  private static final int MAX_STRANGERS = 32;
  private static final int HEAD_MILLIS = 10_000;
  private static final Duration DIAL = Duration.ofSeconds(30);
  private static final int BUFFER_BYTES = 16_384;
  private static final int SECRET_BYTES = 32;

  private final Transport network;
  private final ServerSocket listener;
  private final boolean trustsProcess;
  private final byte[] credentials;
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private final Semaphore strangers = new Semaphore(MAX_STRANGERS);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Listens from now on; this process is let in without the secret if it can be told apart. */
  LoopbackProxy(Transport network) throws IOException {
    this(network, PeerProcess.isKnown());
  }

  LoopbackProxy(Transport network, boolean trustsProcess) throws IOException {
    this.network = network;
    this.trustsProcess = trustsProcess;
    byte[] secret = new byte[SECRET_BYTES];
    RandomSource.secure().fill(secret, 0, secret.length);
    credentials =
        (SCHEME + " " + HexFormat.of().formatHex(secret)).getBytes(StandardCharsets.US_ASCII);
    listener = new ServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().name("warren-http").start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  String credentials() {
    return new String(credentials, StandardCharsets.US_ASCII);
  }

  private void accept() {
    while (!closed.get()) {
      Socket client;
      try {
        client = listener.accept();
      } catch (IOException e) {
        return; // closed, or out of files: then nobody is served any more, and dials say so
      }
      open.add(client);
      if (closed.get()) {
        shut(client);
        return;
      }
      Thread.ofVirtual().name("warren-http-client").start(() -> serve(client));
    }
  }

  private void serve(Socket client) {
    boolean own = trustsProcess && PeerProcess.isOwn(client);
    Semaphore places = own ? connections : strangers;
    if (!places.tryAcquire()) {
      shut(client);
      return;
    }
    Socket origin = null;
    try {
      client.setTcpNoDelay(true);
      client.setSoTimeout(HEAD_MILLIS);
      InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
      RequestHead head = RequestHead.read(in);
      if (head == null) {
        return;
      }
      if (!own && !knowsSecret(head)) {
        throw new RequestHead.Refused(407, "this proxy serves another program");
      }
      if (!own && !moveIn()) {
        throw new RequestHead.Refused(503, "too many connections");
      }
      if (!own) {
        places.release();
        places = connections;
      }
      client.setSoTimeout(0);
      origin = network.dial(head.host(), DIAL);
      open.add(origin);
      join(head, client, in, origin);
    } catch (RequestHead.Refused e) {
      refuse(client, e.status, e.getMessage());
    } catch (SocketTimeoutException e) {
      refuse(client, origin == null ? 504 : 408, "no answer in time");
    } catch (UnknownHostException | ConnectException | NoRouteToHostException e) {
      refuse(client, 502, e.getMessage());
    } catch (IOException e) {
      if (origin == null) {
        refuse(client, 502, e.getMessage());
      }
    } finally {
      places.release();
      shut(client);
      if (origin != null) {
        shut(origin);
      }
    }
  }

  private boolean moveIn() {
    return connections.tryAcquire();
  }

  private boolean knowsSecret(RequestHead head) {
    String given = head.only("proxy-authorization");
    return given != null && ConstantTime.equal(given.getBytes(StandardCharsets.UTF_8), credentials);
  }

  private static void join(RequestHead head, Socket client, InputStream in, Socket origin)
      throws IOException {
    if (head.isConnect()) {
      String answer = "HTTP/1.1 200 Connection established\r\n\r\n";
      client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    } else {
      origin.getOutputStream().write(head.forOrigin());
    }
    Thread back = Thread.ofVirtual().name("warren-http-back").start(() -> pump(origin, client));
    try {
      copy(in, origin);
      back.join();
    } catch (IOException e) {
      // One direction broke: the other has nobody to speak to.
      shutQuietly(origin);
      shutQuietly(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      copy(from.getInputStream(), to);
    } catch (IOException e) {
      shutQuietly(from);
      shutQuietly(to);
    }
  }

  /** Until the end of the stream, which is passed on. */
  private static void copy(InputStream in, Socket to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    OutputStream out = to.getOutputStream();
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
    }
    to.shutdownOutput();
  }

  private static void refuse(Socket client, int status, @Nullable String reason) {
    String why = String.valueOf(reason).replaceAll("[^ -~]", "?");
    String challenge = status == 407 ? "Proxy-Authenticate: " + SCHEME + "\r\n" : "";
    byte[] body = (why + "\n").getBytes(StandardCharsets.US_ASCII);
    String head =
        "HTTP/1.1 "
            + status
            + " "
            + phrase(status)
            + "\r\n"
            + challenge
            + "Content-Type: text/plain\r\nConnection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    try {
      OutputStream out = client.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      client.shutdownOutput();
    } catch (IOException e) {
      shutQuietly(client); // it has gone, and needs no answer
    }
  }

  private static String phrase(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 407 -> "Proxy Authentication Required";
      case 408 -> "Request Timeout";
      case 431 -> "Request Header Fields Too Large";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Bad Gateway";
    };
  }

  private void shut(Socket socket) {
    open.remove(socket);
    shutQuietly(socket);
  }

  private static void shutQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is what it shall be, and it is.
    }
  }

  /** Ends all connections. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        listener.close();
      } catch (IOException e) {
        // As above.
      }
      open.forEach(this::shut);
    }
  }
}
