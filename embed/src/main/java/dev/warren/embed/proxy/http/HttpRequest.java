package dev.warren.embed.proxy.http;

import dev.warren.embed.proxy.relay.Refusal;
import dev.warren.packet.owner.Immutable;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to a proxy.
 *
 * <p><b>Shape:</b> {@code CONNECT HOST:PORT}, or a method and an {@code http://} URI whole.
 *
 * <p><b>Errors:</b> {@link HttpRefused}.
 *
 * <p><b>Source:</b> RFC 9112 sections 3.2, 6.1 and 6.3; RFC 9110 sections 7.2, 7.6.1 and 9.3.6.
 */
@Immutable
final class HttpRequest {
  private static final String SCHEME = "http://";
  private static final String BASIC = "basic ";
  private static final int MAX_HOST = 255;

  private final HttpHead head;
  private final String method;
  private final String authority;
  private final String path;
  private final InetSocketAddress target;
  private final boolean old;
  private final Framing body;

  private HttpRequest(HttpHead head, String method, String authority, String path, boolean old)
      throws HttpRefused {
    this.head = head;
    this.method = method;
    this.authority = authority;
    this.path = path;
    this.old = old;
    this.target = address(authority, isConnect() ? -1 : 80);
    this.body = framing();
  }

  static HttpRequest of(HttpHead head) throws HttpRefused {
    String[] parts = head.first().split(" ", -1);
    if (parts.length != 3 || !HttpHead.isToken(parts[0]) || !parts[2].startsWith("HTTP/")) {
      throw HttpHead.bad("no request of HTTP/1.1");
    }
    if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
      boolean number = parts[2].matches("HTTP/[0-9](\\.[0-9])?");
      throw number
          ? new HttpRefused(505, Refusal.UNSUPPORTED, "HTTP/1.1 is spoken here")
          : HttpHead.bad("no request of HTTP/1.1");
    }
    boolean old = parts[2].endsWith("0");
    List<String> hosts = head.all("host");
    if (hosts.size() > 1 || (hosts.isEmpty() && !old)) {
      throw HttpHead.bad("not one Host");
    }
    if (!hosts.isEmpty() && !hosts.getFirst().isEmpty()) {
      address(hosts.getFirst(), 80); // It is replaced, but nonsense is no start.
    }
    String target = parts[1];
    if (parts[0].equals("CONNECT")) {
      return new HttpRequest(head, parts[0], target, "", old);
    }
    if (parts[0].equals("TRACE")) {
      throw new HttpRefused(405, Refusal.UNSUPPORTED, "TRACE is not served");
    }
    if (!target.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw HttpHead.bad(
          target.startsWith("/")
              ? "this is a proxy; it takes whole URIs"
              : "neither an http URI nor CONNECT");
    }
    if (target.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '#')) {
      throw HttpHead.bad("a character that no URI has");
    }
    String rest = target.substring(SCHEME.length());
    int end = 0;
    while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
      end++;
    }
    String path = rest.substring(end);
    if (!path.startsWith("/")) {
      path = parts[0].equals("OPTIONS") && path.isEmpty() ? "*" : "/" + path;
    }
    return new HttpRequest(head, parts[0], rest.substring(0, end), path, old);
  }

  /** A host and a port, unresolved; the port may be missing where one is usual. */
  private static InetSocketAddress address(String text, int usual) throws HttpRefused {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > text.lastIndexOf(']');
    String host = hasPort ? text.substring(0, colon) : text;
    String digits = hasPort ? text.substring(colon + 1) : "";
    boolean number = !digits.isEmpty() && digits.length() <= 5;
    number &= digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number ? Integer.parseInt(digits) : digits.isEmpty() ? usual : -1;
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    host = bracketed ? host.substring(1, host.length() - 1) : host;
    boolean good =
        bracketed
            ? host.indexOf(':') >= 0
                && host.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)
            : !host.isEmpty() && host.chars().allMatch(HttpRequest::isHostCharacter);
    if (!good || host.length() > MAX_HOST || port < 1 || port > 65_535) {
      throw HttpHead.bad("no host and port");
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  private static boolean isHostCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_';
  }

  private Framing framing() throws HttpRefused {
    List<String> codings = head.all("transfer-encoding");
    List<String> lengths = head.all("content-length");
    if (!codings.isEmpty()) {
      // Whoever sends both wants one of two servers to be wrong about where the next one begins.
      if (!lengths.isEmpty() || old || codings.size() > 1) {
        throw HttpHead.bad("Transfer-Encoding beside something that it cannot stand beside");
      }
      if (!codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new HttpRefused(501, Refusal.UNSUPPORTED, "a Transfer-Encoding other than chunked");
      }
      return notWithConnect(Framing.CHUNKED);
    }
    if (lengths.isEmpty()) {
      return Framing.NONE;
    }
    long length = lengths.size() > 1 ? -1 : Framing.length(lengths);
    if (length < 0) {
      throw HttpHead.bad("not one Content-Length");
    }
    return length == 0 && isConnect() ? Framing.NONE : notWithConnect(Framing.length(length));
  }

  private Framing notWithConnect(Framing framing) throws HttpRefused {
    if (isConnect()) {
      throw HttpHead.bad("CONNECT with a body");
    }
    return framing;
  }

  boolean isConnect() {
    return method.equals("CONNECT");
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /** Whether it is of HTTP/1.0, which has no chunks. */
  boolean isOld() {
    return old;
  }

  Framing body() {
    return body;
  }

  /** Where it wants to, unresolved. */
  InetSocketAddress target() {
    return target;
  }

  /** Whether the client will ask more on the same connection. */
  boolean goesOn() {
    return !old && !head.has("connection", "close") && !head.has("proxy-connection", "close");
  }

  /** The protocol that the client would rather speak; null for none. */
  @Nullable String upgrade() {
    String wish = head.only("upgrade");
    boolean meant = !old && head.has("connection", "upgrade") && body.kind() == Framing.Kind.NONE;
    return meant && wish != null && HttpHead.isToken(wish) && !wish.equalsIgnoreCase("h2c")
        ? wish
        : null;
  }

  /** User, colon and password, as they were sent; null where there are none. */
  byte @Nullable [] credentials() {
    String given = head.only("proxy-authorization");
    if (given == null || !given.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(given.substring(BASIC.length()).strip());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** As the other end gets it. */
  byte[] forOrigin() {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ");
    text.append(authority).append("\r\n");
    for (HttpHead.Field field : head.endToEnd("host", "content-length")) {
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    text.append(body.field());
    String upgrade = upgrade();
    text.append(upgrade == null ? "" : "Upgrade: " + upgrade + "\r\n");
    text.append("Connection: ").append(upgrade == null ? "close" : "Upgrade").append("\r\n\r\n");
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
