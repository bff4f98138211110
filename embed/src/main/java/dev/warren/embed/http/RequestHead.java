package dev.warren.embed.http;

import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request to a proxy says before its body.
 *
 * <p><b>Shape:</b> a line of method, target and version, lines of headers, an empty line; {@value
 * #MAX_BYTES} bytes at most.
 *
 * <p><b>Errors:</b> {@link Refused} with the status that the client is told.
 *
 * <p><b>Source:</b> RFC 9112 sections 2 to 3, RFC 9110 sections 7.6.1 and 9.3.6.
 */
@Immutable
final class RequestHead {
  private static final int MAX_BYTES = 65_536;

  /** Between client and proxy alone. */
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "keep-alive", "proxy-authorization", "proxy-connection", "te");

  /** A request that cannot be served. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    final int status;

    Refused(int status, String reason) {
      super(reason);
      this.status = status;
    }
  }

  private record Header(String name, String value) {
    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  private final String method;
  private final String path;
  private final InetSocketAddress host;
  private final List<Header> headers;

  private RequestHead(String method, String path, InetSocketAddress host, List<Header> headers) {
    this.method = method;
    this.path = path;
    this.host = host;
    this.headers = List.copyOf(headers);
  }

  /** Reads no byte of what follows; null where the client ends without a request. */
  static @Nullable RequestHead read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!ends(text)) {
      int next = in.read();
      if (next < 0) {
        if (text.isEmpty()) {
          return null;
        }
        throw new Refused(400, "the request ends within its head");
      }
      if (text.length() == MAX_BYTES) {
        throw new Refused(431, "a head of more than " + MAX_BYTES + " bytes");
      }
      text.append((char) next);
    }
    return parse(text.toString().lines().toList());
  }

  private static boolean ends(StringBuilder text) {
    int length = text.length();
    return length >= 2
        && text.charAt(length - 1) == '\n'
        && (text.charAt(length - 2) == '\n'
            || (length >= 4 && text.charAt(length - 2) == '\r' && text.charAt(length - 3) == '\n'));
  }

  private static RequestHead parse(List<String> lines) throws Refused {
    String[] request = lines.getFirst().split(" ", -1);
    if (request.length != 3 || !request[2].startsWith("HTTP/1.") || request[0].isEmpty()) {
      throw new Refused(400, "no request of HTTP/1");
    }
    List<Header> headers = new ArrayList<>();
    for (String line : lines.subList(1, lines.size() - 1)) {
      int colon = line.indexOf(':');
      // Neither a space before the colon nor a folded line: servers read them differently.
      if (colon <= 0 || line.substring(0, colon).chars().anyMatch(c -> c <= ' ')) {
        throw new Refused(400, "a header that is none");
      }
      String value = line.substring(colon + 1).strip();
      if (value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
        throw new Refused(400, "a header with control characters");
      }
      headers.add(new Header(line.substring(0, colon), value));
    }
    String target = request[1];
    if (request[0].equals("CONNECT")) {
      return new RequestHead(request[0], "", authority(target, -1), headers);
    }
    String prefix = "http://";
    if (target.regionMatches(true, 0, prefix, 0, prefix.length())) {
      String rest = target.substring(prefix.length());
      int slash = indexOfAny(rest, "/?#");
      String path = slash < 0 ? "/" : rest.substring(slash);
      String origin = slash < 0 ? rest : rest.substring(0, slash);
      String shown = path.startsWith("/") ? path : "/" + path;
      return new RequestHead(request[0], shown, authority(origin, 80), headers);
    }
    // The JDK's client may send a WebSocket's opening over a connection that it has kept: then the
    // target is a path alone, and the host stands in its header.
    List<Header> hosts = headers.stream().filter(header -> header.is("host")).toList();
    if (target.startsWith("/") && hosts.size() == 1) {
      return new RequestHead(request[0], target, authority(hosts.getFirst().value, 80), headers);
    }
    throw new Refused(400, "the target is not http");
  }

  private static int indexOfAny(String text, String characters) {
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static InetSocketAddress authority(String text, int standard) throws Refused {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > text.lastIndexOf(']');
    String host = hasPort ? text.substring(0, colon) : text;
    int port = hasPort ? port(text.substring(colon + 1)) : standard;
    boolean bare = host.startsWith("[") && host.endsWith("]");
    host = bare ? host.substring(1, host.length() - 1) : host;
    boolean odd = host.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '@' || c == '/');
    if (host.isEmpty() || odd || port < 1 || port > 65_535) {
      throw new Refused(400, "no host and port");
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  private static int port(String digits) {
    boolean number = !digits.isEmpty() && digits.length() <= 5;
    number &= digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Integer.parseInt(digits) : -1;
  }

  boolean isConnect() {
    return method.equals("CONNECT");
  }

  /** Where it wants to, unresolved. */
  InetSocketAddress host() {
    return host;
  }

  /** The value of this header; null unless there is exactly one. */
  @Nullable String only(String name) {
    List<Header> found = headers.stream().filter(header -> header.is(name)).toList();
    return found.size() == 1 ? found.getFirst().value : null;
  }

  /**
   * The request as the origin gets it: it closes the connection after its answer, unless it is
   * asked to speak something else on it.
   */
  byte[] forOrigin() {
    boolean upgrade = only("upgrade") != null;
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    for (Header header : headers) {
      String name = header.name.toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name) && !name.equals("http2-settings")) {
        text.append(header.name).append(": ").append(header.value).append("\r\n");
      }
    }
    text.append("Connection: ").append(upgrade ? "Upgrade" : "close").append("\r\n\r\n");
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
