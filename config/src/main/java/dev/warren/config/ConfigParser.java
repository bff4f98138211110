package dev.warren.config;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.owner.Confined;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads configuration text, line by line, and goes on after a bad line to find the others.
 *
 * <p>{@code wg} prints as it reads and stops at the first bad line. So may a caller of {@link
 * #line}; {@link #parse} reads a whole text and collects.
 *
 * <p><b>Shape:</b> a line is cut at the first {@code #} and all white space in it is deleted.
 * Sections and keys are case-insensitive; a key is the beginning of a line up to {@code =},
 * followed by something. Of a setting given twice the last counts, allowed IPs add up. In the
 * grammar of {@code wg-quick} its own settings in {@code [Interface]} are read first, as it reads
 * them: their values keep their inner white space.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link Problem}s.
 *
 * <p><b>Source:</b> wireguard-tools' {@code config.c} and {@code wg-quick/linux.bash}.
 */
@Confined("reader")
public final class ConfigParser {
  private static final List<String> INTERFACE_KEYS = List.of("ListenPort", "FwMark", "PrivateKey");
  private static final List<String> PEER_KEYS =
      List.of("PublicKey", "PresharedKey", "AllowedIPs", "Endpoint", "PersistentKeepalive");

  private enum Section {
    NONE,
    INTERFACE,
    PEER
  }

  private final Grammar grammar;
  private final Services services;
  private final InterfaceConfig.Builder device = new InterfaceConfig.Builder();
  private final ArrayList<PeerConfig.Builder> peers = new ArrayList<>();
  private final StringBuilder stripped = new StringBuilder();

  /** All problems but those of incomplete peers. */
  private final ArrayList<Problem> problems = new ArrayList<>();

  private Section section = Section.NONE;
  private boolean quickInterface;
  private int lineNumber;
  private String raw = "";
  private @Nullable EndpointName lastEndpoint;

  /** A parser at the beginning of a text. */
  public ConfigParser(Grammar grammar, Services services) {
    this.grammar = grammar;
    this.services = services;
  }

  /** Reads a whole text. */
  public static ConfigResult parse(String text, Grammar grammar, Services services) {
    ConfigParser parser = new ConfigParser(grammar, services);
    int at = 0;
    while (at < text.length()) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      parser.line(text.substring(at, end));
      at = end + 1;
    }
    return parser.finish();
  }

  /** Reads the next line, without its end; returns what is wrong with it, in order. */
  public List<Problem> line(String text) {
    int before = problems.size();
    lineNumber++;
    lastEndpoint = null;
    int nul = text.indexOf('\0'); // where a line ends for a program in C
    raw = nul < 0 ? text : text.substring(0, nul);
    if (grammar == Grammar.WG_QUICK && quickLine()) {
      return problems.subList(before, problems.size());
    }
    if (grammar == Grammar.WG_QUICK) {
      stripped.append(text).append('\n');
    }
    String cleaned = cleaned();
    if (!cleaned.isEmpty()) {
      wgLine(cleaned);
    }
    return problems.subList(before, problems.size());
  }

  /** How many {@code [Peer]} sections have begun. */
  public int peerCount() {
    return peers.size();
  }

  /** The endpoint that the last line gave to the last peer, or null. */
  public @Nullable EndpointName lastEndpoint() {
    return lastEndpoint;
  }

  /** Ends the text. */
  public ConfigResult finish() {
    for (PeerConfig.Builder peer : peers) {
      if (!peer.hasPublicKey()) {
        insert(
            new Problem(
                peer.line(),
                1,
                Problem.Kind.INCOMPLETE,
                "a peer without PublicKey",
                "",
                "A peer is missing a public key"));
      }
    }
    for (Problem problem : problems) {
      if (problem.isError()) {
        wipe();
        return new ConfigResult.Bad(List.copyOf(problems));
      }
    }
    List<PeerConfig> built = new ArrayList<>(peers.size());
    for (PeerConfig.Builder peer : peers) {
      built.add(peer.build());
    }
    return new ConfigResult.Good(
        new Configuration(device.build(), built, stripped.toString()), List.copyOf(problems));
  }

  private void insert(Problem problem) {
    int at = problems.size();
    while (at > 0 && problems.get(at - 1).line() > problem.line()) {
      at--;
    }
    problems.add(at, problem);
  }

  private void wipe() {
    device.build().wipe();
    for (PeerConfig.Builder peer : peers) {
      peer.wipe();
    }
  }

  // The lines of wg.

  private String cleaned() {
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length() && raw.charAt(i) != '#'; i++) {
      if (!CNumbers.isSpace(raw.charAt(i))) {
        out.append(raw.charAt(i));
      }
    }
    return out.toString();
  }

  private void wgLine(String line) {
    if (CNumbers.sameIgnoringCase(line, "[Interface]")) {
      section = Section.INTERFACE;
    } else if (CNumbers.sameIgnoringCase(line, "[Peer]")) {
      section = Section.PEER;
      peers.add(new PeerConfig.Builder(lineNumber).replaceAllowedIps(true));
    } else {
      boolean known =
          section == Section.INTERFACE
              ? interfaceLine(line)
              : section == Section.PEER && peerLine(peers.getLast(), line);
      if (!known) {
        unrecognized(line);
      }
    }
  }

  private boolean interfaceLine(String line) {
    if (has(line, "ListenPort=")) {
      Integer port = good(Values.port(line.substring(11), services), 11);
      if (port != null) {
        device.listenPort(port);
      }
    } else if (has(line, "FwMark=")) {
      Integer mark = good(Values.fwmark(line.substring(7)), 7);
      if (mark != null) {
        device.fwmark(mark);
      }
    } else if (has(line, "PrivateKey=")) {
      Secret key = good(Values.secret(line.substring(11)), 11);
      if (key != null) {
        device.privateKey(key);
      }
    } else {
      return false;
    }
    return true;
  }

  private boolean peerLine(PeerConfig.Builder peer, String line) {
    if (has(line, "Endpoint=")) {
      EndpointName endpoint = good(Values.endpoint(line.substring(9)), 9);
      if (endpoint != null) {
        lastEndpoint = endpoint;
        peer.endpoint(endpoint);
      }
    } else if (has(line, "PublicKey=")) {
      PublicKey key = good(Values.publicKey(line.substring(10)), 10);
      if (key != null) {
        peer.publicKey(key);
      }
    } else if (has(line, "AllowedIPs=")) {
      AllowedIpList list = Values.allowedIps(line.substring(11));
      peer.allowedIps(list);
      for (Value.Bad<AllowedIp> warning : list.warnings()) {
        report(Problem.Kind.WARNING, warning, 11);
      }
      if (list.bad() != null) {
        report(Problem.Kind.BAD_LINE, list.bad(), 11);
      }
    } else if (has(line, "PersistentKeepalive=")) {
      Integer seconds = good(Values.persistentKeepalive(line.substring(20)), 20);
      if (seconds != null) {
        peer.persistentKeepalive(seconds);
      }
    } else if (has(line, "PresharedKey=")) {
      Secret key = good(Values.secret(line.substring(13)), 13);
      if (key != null) {
        peer.presharedKey(key);
      }
    } else {
      return false;
    }
    return true;
  }

  private static boolean has(String line, String key) {
    return line.length() > key.length() && CNumbers.startsIgnoringCase(line, key);
  }

  private <T> @Nullable T good(Value<T> value, int keyLength) {
    if (value instanceof Value.Good<T> good) {
      return good.value();
    }
    if (value instanceof Value.Bad<T> bad) {
      report(Problem.Kind.BAD_LINE, bad, keyLength);
    }
    return null;
  }

  private void report(Problem.Kind kind, Value.Bad<?> bad, int keyLength) {
    problems.add(
        new Problem(
            lineNumber,
            column(keyLength + bad.at()),
            kind,
            bad.what(),
            bad.expected(),
            bad.wgMessage()));
  }

  private void unrecognized(String line) {
    int equals = line.indexOf('=');
    String name = line.substring(0, Math.max(0, equals));
    String what;
    String expected;
    int at = 0;
    if (section == Section.NONE) {
      what = "nothing can stand before the first section";
      expected = "[Interface] or [Peer]";
    } else if (line.charAt(0) == '[') {
      what = "no such section";
      expected = "[Interface] or [Peer]";
    } else {
      boolean peer = section == Section.PEER;
      expected =
          peer
              ? enumeration(PEER_KEYS)
              : grammar == Grammar.WG
                  ? enumeration(INTERFACE_KEYS)
                  : String.join(", ", INTERFACE_KEYS) + ", " + enumeration(QuickSettings.NAMES);
      String within = peer ? " in [Peer]" : " in [Interface]";
      if (equals < 0) {
        what = "no setting";
        expected = "NAME = VALUE";
      } else if (equals == line.length() - 1 && isSetting(name)) {
        what = "no value";
        expected = "a value for " + name;
        at = equals;
      } else {
        what = "no such setting" + within + (isPlain(name) ? ": " + name : "");
      }
    }
    problems.add(
        new Problem(
            lineNumber,
            column(at),
            Problem.Kind.BAD_LINE,
            what,
            expected,
            "Line unrecognized: `" + line + "'"));
  }

  /** {@code A, B or C}. */
  private static String enumeration(List<String> names) {
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  private boolean isSetting(String name) {
    for (String each : section == Section.PEER ? PEER_KEYS : INTERFACE_KEYS) {
      if (CNumbers.sameIgnoringCase(each, name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text is letters and short, and so no part of a key. */
  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= 20;
  }

  /** Where a character of the line without white space stands in the line as it was written. */
  private int column(int cleanedIndex) {
    int left = cleanedIndex;
    int last = 0;
    for (int i = 0; i < raw.length() && raw.charAt(i) != '#'; i++) {
      if (!CNumbers.isSpace(raw.charAt(i))) {
        last = i + 1;
        if (left-- == 0) {
          return i + 1;
        }
      }
    }
    return last + 1;
  }

  // The lines of wg-quick.

  /** Reads a line that is wg-quick's own; false when it is for wg. */
  private boolean quickLine() {
    int hash = raw.indexOf('#');
    String text = hash < 0 ? raw : raw.substring(0, hash);
    int equals = text.indexOf('=');
    String key = (equals < 0 ? text : text.substring(0, equals)).strip();
    if (key.startsWith("[")) {
      quickInterface = CNumbers.sameIgnoringCase(key, "[Interface]");
    }
    if (!quickInterface) {
      return false;
    }
    int from = equals + 1;
    int to = text.length();
    while (from < to && CNumbers.isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && CNumbers.isSpace(text.charAt(to - 1))) {
      to--;
    }
    int start = from;
    String value = text.substring(start, to);
    List<Value.Bad<?>> bad = new ArrayList<>();
    if (!QuickSettings.read(device, key, equals < 0 ? "" : value, bad)) {
      return false;
    }
    for (Value.Bad<?> each : bad) {
      problems.add(
          new Problem(
              lineNumber,
              start + each.at() + 1,
              Problem.Kind.BAD_LINE,
              each.what(),
              each.expected(),
              each.wgMessage()));
    }
    return true;
  }
}
