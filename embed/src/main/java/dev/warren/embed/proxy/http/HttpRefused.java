package dev.warren.embed.proxy.http;

import dev.warren.embed.proxy.relay.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A request that is answered with a refusal. */
public final class HttpRefused extends IOException {
  private static final long serialVersionUID = 1;

  final int status;
  final Refusal why;

  /** A refusal; the reason is for the client to read. */
  public HttpRefused(int status, Refusal why, String reason) {
    super(reason);
    this.status = status;
    this.why = why;
  }

  static HttpRefused of(IOException failure) {
    Refusal why = Refusal.of(failure);
    return new HttpRefused(
        why == Refusal.TIMED_OUT ? 504 : 502, why, String.valueOf(failure.getMessage()));
  }

  /** Why. */
  public Refusal why() {
    return why;
  }

  /** The answer, after which the connection ends. */
  public byte[] bytes() {
    String more =
        switch (status) {
          case 405 -> "Allow: CONNECT, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";
          case 407 -> "Proxy-Authenticate: Basic realm=\"warren proxy\", charset=\"UTF-8\"\r\n";
          default -> "";
        };
    String text = String.valueOf(getMessage()).replaceAll("[^ -~]", "?") + "\n";
    return ("HTTP/1.1 "
            + status
            + " "
            + phrase(status)
            + "\r\n"
            + more
            + "Content-Type: text/plain\r\nConnection: close\r\nContent-Length: "
            + text.length()
            + "\r\n\r\n"
            + text)
        .getBytes(StandardCharsets.US_ASCII);
  }

  static String phrase(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 407 -> "Proxy Authentication Required";
      case 408 -> "Request Timeout";
      case 414 -> "URI Too Long";
      case 417 -> "Expectation Failed";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      default -> "Bad Gateway";
    };
  }
}
