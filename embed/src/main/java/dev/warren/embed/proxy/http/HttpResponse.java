package dev.warren.embed.proxy.http;

import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An answer to a request.
 *
 * <p><b>Errors:</b> {@link HttpRefused} with 502: the other end does not speak HTTP/1.
 *
 * <p><b>Source:</b> RFC 9112 sections 4 and 6.3.
 */
@Immutable
final class HttpResponse {
  private final HttpHead head;
  private final int status;
  private final String reason;
  private final Framing body;

  private HttpResponse(HttpHead head, int status, String reason, Framing body) {
    this.head = head;
    this.status = status;
    this.reason = reason;
    this.body = body;
  }

  /** Reads its head. */
  static HttpResponse read(InputStream in, boolean isHead) throws IOException {
    HttpHead head;
    try {
      head = HttpHead.read(in);
    } catch (HttpRefused e) {
      throw bad(String.valueOf(e.getMessage()));
    }
    if (head == null) {
      throw bad("the host ended the connection without an answer");
    }
    String first = head.first();
    boolean good = first.length() >= 12 && first.startsWith("HTTP/1.") && first.charAt(8) == ' ';
    String digits = good ? first.substring(9, 12) : "";
    good &= digits.matches("[1-5][0-9][0-9]") && (first.length() == 12 || first.charAt(12) == ' ');
    if (!good) {
      throw bad("the host's answer is no HTTP/1.1");
    }
    int status = Integer.parseInt(digits);
    String reason = first.length() > 13 ? first.substring(13) : "";
    if (reason.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
      throw bad("the host's answer is no HTTP/1.1");
    }
    return new HttpResponse(head, status, reason, framing(head, status, isHead));
  }

  private static Framing framing(HttpHead head, int status, boolean isHead) throws HttpRefused {
    if (isHead || status < 200 || status == 204 || status == 304) {
      return Framing.NONE;
    }
    List<String> codings = head.all("transfer-encoding");
    List<String> lengths = head.all("content-length");
    if (!codings.isEmpty()) {
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw bad("the host uses a Transfer-Encoding other than chunked");
      }
      return Framing.CHUNKED;
    }
    if (lengths.isEmpty()) {
      return Framing.UNTIL_CLOSE;
    }
    long length = Framing.length(lengths);
    if (length < 0) {
      throw bad("the host's answer has not one Content-Length");
    }
    return Framing.length(length);
  }

  private static HttpRefused bad(String reason) {
    return new HttpRefused(502, Refusal.BAD_ANSWER, reason);
  }

  int status() {
    return status;
  }

  /** Whether another follows that is the answer. */
  boolean isInterim() {
    return status < 200 && status != 101;
  }

  Framing body() {
    return body;
  }

  /**
   * As the client gets it.
   *
   * @param told how the body's end is told
   * @param goesOn whether the client may ask more on the same connection
   */
  byte[] forClient(Framing told, boolean goesOn) {
    StringBuilder text = new StringBuilder();
    text.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
    // Without a body a length may still be told: that of what GET would have brought.
    boolean keepsLength = body.kind() == Framing.Kind.NONE && status >= 200;
    for (HttpHead.Field field : keepsLength ? head.endToEnd() : head.endToEnd("content-length")) {
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    text.append(told.field());
    if (status == 101) {
      text.append("Connection: Upgrade\r\n");
      head.all("upgrade").forEach(word -> text.append("Upgrade: ").append(word).append("\r\n"));
    } else if (!isInterim() && !goesOn) {
      text.append("Connection: close\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
