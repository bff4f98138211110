package dev.warren.embed.proxy.info;

import dev.warren.embed.proxy.http.HttpHead;
import dev.warren.embed.proxy.http.HttpRefused;
import dev.warren.embed.proxy.relay.Connection;
import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.embed.proxy.relay.Service;
import dev.warren.embed.proxy.relay.ServiceCounters;
import dev.warren.packet.owner.Shared;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;

/**
 * Answers {@code GET /readyz} and {@code GET /metrics}, one request a connection.
 *
 * <p>{@code /readyz} is 200 or 503, and an object of hosts that are pinged, each with the seconds
 * since 1970 of its last answer; with them peers that should have shaken hands and have not.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> 400, 404, 405, 503.
 */
@Shared
public final class InfoService implements Service {
  private final TunnelView tunnel;
  private final Readiness readiness;
  private final List<ServiceCounters> services;

  /** Tells of these. */
  public InfoService(TunnelView tunnel, Readiness readiness, List<ServiceCounters> services) {
    this.tunnel = tunnel;
    this.readiness = readiness;
    this.services = services;
  }

  @Override
  public byte[] full() {
    return new HttpRefused(503, Refusal.FULL, "too many connections").bytes();
  }

  @Override
  public void serve(Connection connection) throws IOException {
    byte[] answer;
    try {
      HttpHead head =
          HttpHead.read(new BufferedInputStream(connection.client().getInputStream(), 4_096));
      if (head == null) {
        return;
      }
      answer = answer(head.first().split(" ", -1));
    } catch (HttpRefused e) {
      connection.counters().refused(e.why());
      answer = e.bytes();
    }
    connection.farewell(answer);
  }

  private byte[] answer(String[] request) throws IOException {
    if (request.length != 3 || !request[2].startsWith("HTTP/1.")) {
      throw new HttpRefused(400, Refusal.BAD_REQUEST, "no request of HTTP/1.1");
    }
    boolean isHead = request[0].equals("HEAD");
    if (!isHead && !request[0].equals("GET")) {
      throw new HttpRefused(405, Refusal.UNSUPPORTED, "GET is served");
    }
    int query = request[1].indexOf('?');
    return switch (query < 0 ? request[1] : request[1].substring(0, query)) {
      case "/readyz" -> ready(isHead);
      case "/metrics" -> response(200, Metrics.TYPE, Metrics.of(tunnel.status(), services), isHead);
      default -> throw new HttpRefused(404, Refusal.BAD_REQUEST, "there are /readyz and /metrics");
    };
  }

  private byte[] ready(boolean isHead) throws IOException {
    Readiness.Answer answer = readiness.answer();
    StringJoiner json = new StringJoiner(",", "{", "}\n");
    answer.seconds().forEach((name, seconds) -> json.add("\"" + name + "\":" + seconds));
    int status = answer.isReady() ? 200 : 503;
    return response(status, "application/json", json.toString(), isHead);
  }

  private static byte[] response(int status, String type, String body, boolean isHead) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + (status == 200 ? " OK" : " Service Unavailable")
            + "\r\nContent-Type: "
            + type
            + "\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    return (head + (isHead ? "" : body)).getBytes(StandardCharsets.UTF_8);
  }
}
