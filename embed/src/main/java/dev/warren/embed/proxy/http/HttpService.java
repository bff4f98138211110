package dev.warren.embed.proxy.http;

import dev.warren.config.proxy.Credentials;
import dev.warren.embed.Network;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.Service;
import dev.warren.packet.owner.Shared;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy into a network; names are resolved there.
 *
 * <p>Requests in plain text are read and written anew, without what is between neighbours alone,
 * each over a connection of its own; a client may ask many on one. What two servers could
 * understand differently is refused.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> statuses: 400 no proper request, 405 TRACE, 407 wrong credentials or none, 408
 * too slow, 414 and 431 too long, 501 another coding than chunked, 502 refused, unreachable, no
 * such host or a bad answer, 503 too many clients, 504 no connection in time, 505 another HTTP.
 *
 * <p><b>Source:</b> RFC 9110, RFC 9112; RFC 7617 for credentials.
 */
@Shared
public final class HttpService implements Service {
  private static final int BUFFER_BYTES = 8_192;
  private static final Duration SPARE = Duration.ofSeconds(5);
  private static final byte[] ESTABLISHED =
      "HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Network network;
  private final @Nullable Credentials credentials;
  private final ProxyLimits limits;

  /** A proxy that leads there. */
  public HttpService(Network network, @Nullable Credentials credentials, ProxyLimits limits) {
    this.network = network;
    this.credentials = credentials;
    this.limits = limits;
  }

  @Override
  public byte[] full() {
    return new HttpRefused(503, Refusal.FULL, "too many connections").bytes();
  }

  @Override
  public void serve(Connection connection) throws IOException {
    Socket client = connection.client();
    client.setTcpNoDelay(true);
    InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
    try {
      boolean first = true;
      while (next(connection, in, first)) {
        first = false;
      }
    } catch (HttpRefused e) {
      connection.counters().refused(e.why);
      connection.farewell(e.bytes());
    }
  }

  /** Serves a request; whether another may follow. */
  private boolean next(Connection connection, InputStream in, boolean first) throws IOException {
    HttpHead head = head(connection, in, first);
    if (head == null) {
      return false;
    }
    HttpRequest request = HttpRequest.of(head);
    if (credentials != null && !knows(request, credentials)) {
      throw new HttpRefused(407, Refusal.UNAUTHENTICATED, "who are you?");
    }
    connection.within(limits.dial().plus(SPARE));
    Socket origin;
    try {
      origin = network.dial(request.target(), limits.dial());
    } catch (IOException e) {
      throw HttpRefused.of(e);
    }
    connection.attach(origin);
    if (request.isConnect()) {
      connection.client().getOutputStream().write(ESTABLISHED);
      connection.relay(in, origin, limits);
      return false;
    }
    return new HttpExchange(connection, in, request, origin, limits).run();
  }

  private @Nullable HttpHead head(Connection connection, InputStream in, boolean first)
      throws IOException {
    // What ends the connection comes later than what tells the client why.
    connection.within(limits.head().plus(SPARE));
    connection.client().setSoTimeout((int) limits.head().toMillis());
    try {
      return HttpHead.read(in);
    } catch (SocketTimeoutException e) {
      if (first) {
        throw new HttpRefused(408, Refusal.TOO_SLOW, "no request in time");
      }
      return null; // It had no further request, which is no fault.
    }
  }

  private static boolean knows(HttpRequest request, Credentials credentials) {
    byte[] given = request.credentials();
    int colon = 0;
    while (given != null && colon < given.length && given[colon] != ':') {
      colon++;
    }
    return given != null
        && colon < given.length
        && credentials.matches(
            Arrays.copyOf(given, colon), Arrays.copyOfRange(given, colon + 1, given.length));
  }
}
