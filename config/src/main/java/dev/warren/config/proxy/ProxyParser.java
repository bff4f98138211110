package dev.warren.config.proxy;

import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.Grammar;
import dev.warren.config.PeerConfig;
import dev.warren.config.Problem;
import dev.warren.config.Services;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a proxy's file.
 *
 * <p><b>Shape:</b> {@code [Interface]} and {@code [Peer]} are {@code wg-quick}'s, handed on to its
 * parser with each line and column where it was; of theirs {@code CheckAlive} and {@code
 * CheckAliveInterval} are ours. All else is read here. A value {@code $NAME} stands for the
 * environment variable, {@code $$} for a dollar sign at the beginning. As wireproxy has it, the
 * only peer of a file reaches everything if nothing is said of {@code AllowedIPs}.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link Problem}s, none of which quotes a value.
 *
 * <p><b>Source:</b> wireproxy's documentation, and what it was seen to accept.
 */
@Confined("reader")
public final class ProxyParser {
  /** An IPv6 address without a zone is not longer. */
  private static final int MAX_ADDRESS = 45;

  private static final int MAX_INTERVAL = 86_400;
  private static final Set<String> HOOKS = Set.of("preup", "postup", "predown", "postdown");
  private static final String SECTIONS =
      "[Interface], [Peer], [Socks5], [http], [SNI], [TCPClientTunnel], [TCPServerTunnel],"
          + " [UDPProxyTunnel], [UDPServerTunnel], [STDIOTunnel] or [Resolve]";

  private enum Place {
    TOP,
    INTERFACE,
    PEER,
    SERVICE,
    UNKNOWN
  }

  private final Map<String, String> environment;
  private final Services services;
  private final List<Problem> problems = new ArrayList<>();
  private final StringBuilder tunnel = new StringBuilder();
  private final List<Section> sections = new ArrayList<>();
  private final List<IpAddress> alive = new ArrayList<>();
  private int aliveSeconds;
  private @Nullable Setting aliveInterval;
  private @Nullable Setting include;
  private Place place = Place.TOP;
  private int lineNumber;
  private int tunnelLine;
  private boolean allowedIpsSaid;

  private ProxyParser(Map<String, String> environment, Services services) {
    this.environment = environment;
    this.services = services;
  }

  /**
   * Reads a whole text.
   *
   * @param environment what {@code $NAME} stands for
   */
  public static ProxyResult parse(String text, Map<String, String> environment, Services services) {
    ProxyParser parser = new ProxyParser(environment, services);
    for (String line : text.split("\n", -1)) {
      parser.line(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }
    return parser.finish();
  }

  private void line(String raw) {
    lineNumber++;
    IniLine line = IniLine.of(raw);
    String kept = "";
    if (line.section() != null) {
      kept = section(line.section(), raw);
    } else if (!line.isEmpty()) {
      kept =
          switch (place) {
            case TOP -> top(line);
            case INTERFACE, PEER -> tunnelLine(line, raw);
            case SERVICE -> serviceLine(line);
            case UNKNOWN -> "";
          };
    }
    tunnel.append(kept).append('\n');
  }

  private String section(String title, String raw) {
    boolean ofInterface = title.equalsIgnoreCase("Interface");
    if (ofInterface || title.equalsIgnoreCase("Peer")) {
      place = ofInterface ? Place.INTERFACE : Place.PEER;
      tunnelLine = tunnelLine == 0 ? lineNumber : tunnelLine;
      return " ".repeat(raw.indexOf('[')) + "[" + title + "]";
    }
    Section.Kind kind = Section.Kind.of(title);
    if (kind == null) {
      place = Place.UNKNOWN;
      bad(raw.indexOf('[') + 1, "no such section", SECTIONS);
      return "";
    }
    place = Place.SERVICE;
    sections.add(new Section(kind, lineNumber, problems));
    return "";
  }

  private String top(IniLine line) {
    Setting setting = setting(line);
    if (setting != null && setting.name().equalsIgnoreCase("WGConfig")) {
      if (setting.value().isEmpty()) {
        bad(setting.column(), "no file", "the path of a configuration of wg-quick");
      } else {
        include = setting;
      }
    } else if (setting != null) {
      bad(1, "nothing but WGConfig can stand before the first section", SECTIONS);
    }
    return "";
  }

  private String serviceLine(IniLine line) {
    Setting setting = setting(line);
    if (setting != null) {
      sections.getLast().add(setting);
    }
    return "";
  }

  /** A line of {@code wg-quick}'s, as its parser takes it. */
  private String tunnelLine(IniLine line, String raw) {
    String name = String.valueOf(line.name()).toLowerCase(Locale.ROOT);
    if (HOOKS.contains(name) || line.delimiter() < 0) {
      return raw;
    }
    allowedIpsSaid |= name.equals("allowedips");
    boolean ours = place == Place.INTERFACE && name.startsWith("checkalive");
    boolean plain = raw.charAt(line.delimiter()) == '=' && !ours;
    if (plain && raw.startsWith(line.value(), line.start()) && !line.value().startsWith("$")) {
      // Quotes and comments become blanks, which it takes no notice of.
      return raw.substring(0, line.delimiter() + 1)
          + " ".repeat(line.start() - line.delimiter() - 1)
          + line.value();
    }
    Setting setting = setting(line);
    if (setting == null) {
      return "";
    }
    if (ours) {
      check(setting);
      return "";
    }
    return raw.substring(0, line.delimiter())
        + "="
        + " ".repeat(line.start() - line.delimiter() - 1)
        + setting.value();
  }

  private void check(Setting setting) {
    if (setting.name().equalsIgnoreCase("CheckAlive")) {
      for (String each : setting.value().split(",", -1)) {
        String text = each.strip();
        IpAddress address = text.length() > MAX_ADDRESS ? null : IpAddress.parse(text);
        if (address == null && !text.isEmpty()) {
          bad(setting.column(), "not an address", "addresses with commas between them");
        } else if (address != null) {
          alive.add(address);
        }
      }
    } else if (setting.name().equalsIgnoreCase("CheckAliveInterval")) {
      aliveInterval = setting;
      String value = setting.value();
      boolean number = !value.isEmpty() && value.length() <= 5;
      number &= value.chars().allMatch(c -> c >= '0' && c <= '9');
      aliveSeconds = number ? Integer.parseInt(value) : 0;
      if (aliveSeconds < 1 || aliveSeconds > MAX_INTERVAL) {
        bad(setting.column(), "not an interval", "seconds from 1 to " + MAX_INTERVAL);
      }
    } else {
      bad(1, "no such setting in [Interface]", "CheckAlive or CheckAliveInterval");
    }
  }

  /** A line's setting, with what stands for something else replaced; null where that fails. */
  private @Nullable Setting setting(IniLine line) {
    String name = line.name();
    if (name == null || line.delimiter() < 0) {
      bad(1, "no setting", "NAME = VALUE");
      return null;
    }
    int column = line.start() + 1;
    if (line.goesOn()) {
      bad(column, "a backslash at the end", "a value on one line, in backquotes if it ends so");
      return null;
    }
    String value = line.value();
    if (value.startsWith("$$")) {
      value = value.substring(1);
    } else if (value.startsWith("$")) {
      String found = environment.get(value.substring(1));
      if (found == null) {
        bad(column, "the environment variable is not set", "one that is, or $$ for a dollar sign");
        return null;
      }
      value = found;
    }
    if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      bad(column, "a control character in the value", "a line of text");
      return null;
    }
    return new Setting(name, value, lineNumber, column);
  }

  private void bad(int column, String what, String expected) {
    problems.add(new Problem(lineNumber, column, Problem.Kind.BAD_LINE, what, expected, what));
  }

  // The end.

  private ProxyResult finish() {
    List<ProxyService> found = new ArrayList<>();
    Preference preference = Preference.AUTO;
    for (Section section : sections) {
      ProxyService service = section.service();
      if (service != null) {
        found.add(service);
        warnOfStrangers(section.kind, service);
      }
      if (section.kind == Section.Kind.RESOLVE) {
        preference = section.preference();
      }
    }
    if (alive.isEmpty() && aliveInterval != null) {
      problems.add(
          new Problem(
              aliveInterval.line(),
              1,
              Problem.Kind.INCOMPLETE,
              "CheckAliveInterval without CheckAlive",
              "whom to ping",
              ""));
    }
    if (include != null && tunnelLine > 0) {
      warn(tunnelLine, "ignored: WGConfig names another file");
    }
    String text = include == null ? tunnelText() : "";
    problems.sort(Comparator.comparingInt(Problem::line));
    if (problems.stream().anyMatch(Problem::isError)) {
      return new ProxyResult.Bad(List.copyOf(problems));
    }
    AliveCheck check =
        new AliveCheck(alive, aliveSeconds == 0 ? AliveCheck.USUAL_SECONDS : aliveSeconds);
    String path = include == null ? null : include.value();
    return new ProxyResult.Good(
        new ProxyFile(text, path, found, check, preference), List.copyOf(problems));
  }

  private void warnOfStrangers(Section.Kind kind, ProxyService service) {
    HostPort open =
        switch (service) {
          case ProxyService.Socks socks when socks.credentials() == null -> socks.bind();
          case ProxyService.Http http when http.credentials() == null -> http.bind();
          default -> null;
        };
    if (open != null && !isLoopback(open.host())) {
      warn(
          service.line(),
          "[" + kind.title + "] without Username serves everybody who reaches " + open);
    }
  }

  private static boolean isLoopback(String host) {
    return host.startsWith("127.") || host.equals("::1") || host.equalsIgnoreCase("localhost");
  }

  private void warn(int line, String what) {
    problems.add(new Problem(line, 1, Problem.Kind.WARNING, what, "", what));
  }

  private String tunnelText() {
    switch (ConfigParser.parse(tunnel.toString(), Grammar.WG_QUICK, services)) {
      case ConfigResult.Bad bad -> problems.addAll(bad.problems());
      case ConfigResult.Good good -> {
        problems.addAll(good.warnings());
        try (Configuration configuration = good.configuration()) {
          lacks(configuration.device().privateKey() == null, "no PrivateKey in [Interface]");
          lacks(configuration.device().addresses().isEmpty(), "no Address in [Interface]");
          lacks(configuration.peers().isEmpty(), "no [Peer]");
          if (configuration.peers().size() == 1 && !allowedIpsSaid) {
            return withAllowedIps(configuration.peers().getFirst());
          }
        }
      }
    }
    return tunnel.toString();
  }

  private void lacks(boolean yes, String what) {
    if (yes) {
      problems.add(new Problem(lineNumber, 1, Problem.Kind.INCOMPLETE, what, "one", what));
    }
  }

  private String withAllowedIps(PeerConfig peer) {
    int at = 0;
    for (int line = 1; line <= peer.line(); line++) {
      at = tunnel.indexOf("\n", at) + 1;
    }
    return tunnel.substring(0, at) + "AllowedIPs = 0.0.0.0/0, ::/0\n" + tunnel.substring(at);
  }
}
