package dev.warren.embed.proxy.http;

import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.packet.owner.Shared;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request in plain text and its answer, over a connection to the other end that is its own.
 *
 * <p>The request's body goes on a thread of its own: an answer may come before the other end has
 * read all of it, or instead.
 *
 * <p><b>Owner:</b> the connection's thread, and that of the body.
 *
 * <p><b>Errors:</b> {@link HttpRefused} as long as nothing was said to the client; after that
 * another {@link IOException}.
 */
@Shared
final class HttpExchange {
  private static final int BUFFER_BYTES = 16_384;

  /** How long a body may go on after the answer, for the connection to be used again. */
  private static final Duration BODY_AFTER_ANSWER = Duration.ofMillis(200);

  private final Connection connection;
  private final InputStream fromClient;
  private final HttpRequest request;
  private final Socket origin;
  private final ProxyLimits limits;
  private volatile @Nullable HttpRefused badBody;
  private boolean answerBegan;

  HttpExchange(
      Connection connection,
      InputStream fromClient,
      HttpRequest request,
      Socket origin,
      ProxyLimits limits) {
    this.connection = connection;
    this.fromClient = fromClient;
    this.request = request;
    this.origin = origin;
    this.limits = limits;
  }

  /** Runs it; whether the client may ask more. */
  boolean run() throws IOException {
    connection.mayIdle(limits.halfClosed());
    connection.client().setSoTimeout(0);
    origin.setTcpNoDelay(true);
    origin.getOutputStream().write(request.forOrigin());
    Thread body =
        request.body().kind() == Framing.Kind.NONE
            ? null
            : Thread.ofVirtual().name("warren-proxy-http-body").start(this::sendBody);
    try {
      return answer(body);
    } catch (IOException e) {
      if (answerBegan) {
        throw new IOException("the answer broke off", e);
      }
      HttpRefused cause = badBody;
      throw cause != null ? cause : e instanceof HttpRefused told ? told : HttpRefused.of(e);
    } finally {
      Connection.close(origin);
      connection.detach(origin);
    }
  }

  private void sendBody() {
    try {
      OutputStream out = new BufferedOutputStream(origin.getOutputStream(), BUFFER_BYTES);
      new HttpBody(connection, fromClient, out, true).carry(request.body(), request.body());
    } catch (HttpRefused e) {
      badBody = e;
      Connection.reset(origin);
    } catch (IOException e) {
      // Either end is gone; whoever reads from it learns how.
    }
  }

  private boolean answer(@Nullable Thread body) throws IOException {
    InputStream in = new BufferedInputStream(origin.getInputStream(), BUFFER_BYTES);
    OutputStream out = new BufferedOutputStream(connection.client().getOutputStream(), 16_384);
    HttpResponse response = HttpResponse.read(in, request.isHead());
    while (response.isInterim()) {
      if (!request.isOld()) {
        answerBegan = true;
        out.write(response.forClient(Framing.NONE, true));
        out.flush();
      }
      response = HttpResponse.read(in, request.isHead());
    }
    if (response.status() == 101) {
      return switchProtocols(response, in, out);
    }
    boolean untilClose = response.body().kind() == Framing.Kind.UNTIL_CLOSE;
    boolean unchunked = response.body().kind() == Framing.Kind.CHUNKED && request.isOld();
    Framing told = unchunked ? Framing.UNTIL_CLOSE : response.body();
    boolean goesOn = request.goesOn() && !untilClose && !unchunked;
    answerBegan = true;
    out.write(response.forClient(told, goesOn));
    new HttpBody(connection, in, out, false).carry(response.body(), told);
    return goesOn && hasEnded(body);
  }

  private boolean switchProtocols(HttpResponse response, InputStream in, OutputStream out)
      throws IOException {
    if (request.upgrade() == null) {
      throw new HttpRefused(502, Refusal.BAD_ANSWER, "the host speaks another protocol, unasked");
    }
    answerBegan = true;
    out.write(response.forClient(Framing.NONE, true));
    byte[] early = new byte[Math.min(in.available(), BUFFER_BYTES)];
    out.write(early, 0, Math.max(0, in.read(early)));
    out.flush();
    connection.relay(fromClient, origin, limits);
    return false;
  }

  private static boolean hasEnded(@Nullable Thread body) {
    try {
      return body == null || body.join(BODY_AFTER_ANSWER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
