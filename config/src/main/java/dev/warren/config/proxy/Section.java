package dev.warren.config.proxy;

import dev.warren.config.Problem;
import dev.warren.packet.owner.Confined;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one section that says what to serve, and what is made of them.
 *
 * <p><b>Owner:</b> the parser's thread.
 *
 * <p><b>Errors:</b> {@link Problem}s, and no service.
 */
@Confined("reader")
final class Section {
  /** The sections, as wireproxy calls them, and what may stand in them. */
  enum Kind {
    SOCKS("Socks5", "BindAddress", "Username", "Password"),
    HTTP("http", "BindAddress", "Username", "Password", "CertFile", "KeyFile"),
    SNI("SNI", "BindAddress"),
    TCP_CLIENT("TCPClientTunnel", "BindAddress", "Target"),
    TCP_SERVER("TCPServerTunnel", "ListenPort", "Target"),
    UDP_CLIENT("UDPProxyTunnel", "BindAddress", "Target", "InactivityTimeout"),
    UDP_SERVER("UDPServerTunnel", "ListenPort", "Target", "InactivityTimeout"),
    STDIO("STDIOTunnel", "Target"),
    RESOLVE("Resolve", "ResolveStrategy");

    final String title;

    /** With commas between them. */
    final String names;

    Kind(String title, String... names) {
      this.title = title;
      this.names = String.join(", ", names);
    }

    boolean knows(String name) {
      return ("," + names + ",")
          .replace(" ", "")
          .toLowerCase(Locale.ROOT)
          .contains("," + name + ",");
    }

    static @Nullable Kind of(String title) {
      for (Kind kind : values()) {
        if (kind.title.equalsIgnoreCase(title)) {
          return kind;
        }
      }
      return null;
    }
  }

  private static final String WHERE = "HOST:PORT or [IPV6]:PORT";
  private static final int MAX_SECONDS = 1_000_000;

  final Kind kind;
  private final int line;
  private final List<Problem> problems;
  private final Map<String, Setting> settings = new HashMap<>();
  private final int problemsBefore;

  /** A section that begins at this line. */
  Section(Kind kind, int line, List<Problem> problems) {
    this.kind = kind;
    this.line = line;
    this.problems = problems;
    this.problemsBefore = problems.size();
  }

  /** Takes a line. */
  void add(Setting setting) {
    String name = setting.name().toLowerCase(Locale.ROOT);
    if (!kind.knows(name)) {
      bad(setting.line(), 1, "no such setting in [" + kind.title + "]", kind.names);
    } else if (settings.putIfAbsent(name, setting) != null) {
      bad(setting.line(), 1, "given twice in [" + kind.title + "]", "one " + setting.name());
    }
  }

  /** The service that is meant; null for {@code [Resolve]}, and where something is wrong. */
  @Nullable ProxyService service() {
    return switch (kind) {
      case SOCKS -> {
        HostPort bind = bind();
        Credentials who = credentials();
        yield bind == null || failed() ? null : new ProxyService.Socks(line, bind, who);
      }
      case HTTP -> {
        HostPort bind = bind();
        Credentials who = credentials();
        noCertificates();
        yield bind == null || failed() ? null : new ProxyService.Http(line, bind, who);
      }
      case SNI -> {
        HostPort bind = bind();
        yield bind == null || failed() ? null : new ProxyService.Sni(line, bind);
      }
      case TCP_CLIENT -> {
        HostPort bind = bind();
        HostPort target = target();
        yield bind == null || target == null || failed()
            ? null
            : new ProxyService.TcpClient(line, bind, target);
      }
      case TCP_SERVER -> {
        int port = listenPort();
        HostPort target = target();
        yield target == null || failed() ? null : new ProxyService.TcpServer(line, port, target);
      }
      case UDP_CLIENT -> {
        HostPort bind = bind();
        HostPort target = target();
        int seconds = inactivity();
        yield bind == null || target == null || failed()
            ? null
            : new ProxyService.UdpClient(line, bind, target, seconds);
      }
      case UDP_SERVER -> {
        int port = listenPort();
        HostPort target = target();
        int seconds = inactivity();
        yield target == null || failed()
            ? null
            : new ProxyService.UdpServer(line, port, target, seconds);
      }
      case STDIO -> {
        HostPort target = target();
        yield target == null || failed() ? null : new ProxyService.Stdio(line, target);
      }
      case RESOLVE -> null;
    };
  }

  /** What {@code [Resolve]} says. */
  Preference preference() {
    Setting setting = settings.get("resolvestrategy");
    String value = setting == null ? "auto" : setting.value().toLowerCase(Locale.ROOT);
    return switch (value) {
      case "", "auto" -> Preference.AUTO;
      case "ipv4" -> Preference.IPV4;
      case "ipv6" -> Preference.IPV6;
      default -> {
        if (setting != null) {
          bad(setting, "no such strategy", "auto, ipv4 or ipv6");
        }
        yield Preference.AUTO;
      }
    };
  }

  private boolean failed() {
    return problems.stream().skip(problemsBefore).anyMatch(Problem::isError);
  }

  private @Nullable HostPort bind() {
    Setting setting = required("BindAddress", WHERE);
    if (setting == null) {
      return null;
    }
    HostPort bind = HostPort.parse(setting.value());
    if (bind == null) {
      bad(setting, "not an address with a port", WHERE + " of this machine");
    }
    return bind;
  }

  private @Nullable HostPort target() {
    Setting setting = required("Target", WHERE);
    if (setting == null) {
      return null;
    }
    HostPort target = HostPort.parse(setting.value());
    if (target == null || target.host().isEmpty() || target.port() == 0) {
      bad(setting, "not a host with a port", WHERE);
      return null;
    }
    return target;
  }

  private int listenPort() {
    Setting setting = required("ListenPort", "a port of the tunnel");
    int port = setting == null ? 1 : HostPort.port(setting.value());
    if (setting != null && port < 1) {
      bad(setting, "not a port", "a number from 1 to 65535");
    }
    return port;
  }

  private int inactivity() {
    Setting setting = settings.get("inactivitytimeout");
    if (setting == null) {
      return 0;
    }
    String digits = setting.value();
    boolean number = !digits.isEmpty() && digits.length() <= 7;
    number &= digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number || Integer.parseInt(digits) > MAX_SECONDS) {
      bad(setting, "not a time", "seconds, 0 for no end");
      return 0;
    }
    return Integer.parseInt(digits);
  }

  private @Nullable Credentials credentials() {
    Setting username = settings.get("username");
    Setting password = settings.get("password");
    String user = username == null ? "" : username.value();
    String secret = password == null ? "" : password.value();
    if (user.isEmpty() && secret.isEmpty()) {
      if (username != null || password != null) {
        bad(username == null ? password : username, "empty", "a Username and a Password");
      }
      return null;
    }
    if (user.isEmpty() && kind == Kind.SOCKS) {
      // wireproxy would let everybody in.
      bad(password, "a Password without a Username", "both, or neither");
    }
    Credentials credentials = new Credentials(user, secret);
    if (!credentials.fits()) {
      bad(username == null ? password : username, "too long", Credentials.MAX_BYTES + " bytes");
    }
    if (kind == Kind.HTTP && user.indexOf(':') >= 0) {
      bad(username, "a colon in it, which HTTP cannot carry", "a Username without one");
    }
    return credentials;
  }

  private void noCertificates() {
    for (String name : new String[] {"certfile", "keyfile"}) {
      Setting setting = settings.get(name);
      if (setting != null && !setting.value().isEmpty()) {
        bad(setting, "TLS towards the proxy is not supported", "no " + setting.name());
      }
    }
  }

  private @Nullable Setting required(String name, String value) {
    Setting setting = settings.get(name.toLowerCase(Locale.ROOT));
    if (setting == null) {
      problems.add(
          new Problem(
              line,
              1,
              Problem.Kind.INCOMPLETE,
              "[" + kind.title + "] without " + name,
              name + " = " + value,
              ""));
    }
    return setting;
  }

  private void bad(@Nullable Setting setting, String what, String expected) {
    if (setting != null) {
      bad(setting.line(), setting.column(), what, expected);
    }
  }

  private void bad(int atLine, int column, String what, String expected) {
    problems.add(new Problem(atLine, column, Problem.Kind.BAD_LINE, what, expected, what));
  }
}
