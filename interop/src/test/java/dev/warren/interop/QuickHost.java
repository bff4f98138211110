package dev.warren.interop;

import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A host whose interfaces are set up from configuration files, by {@code warren up} or by Debian's
 * {@code wg-quick}, with a {@code resolvconf} of its own that writes its {@code /etc/resolv.conf}.
 *
 * <p>Owner: the scenario's thread.
 */
final class QuickHost {
  static final String DEVICE = "wgq";

  /** What the host's resolv.conf says while no tunnel has servers of its own. */
  static final String OWN_RESOLV_CONF = "nameserver 192.0.2.53\n";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** As much of the real one as wg-quick asks for. */
  private static final String RESOLVCONF =
      """
      #!/bin/sh
      kept=$(dirname "$0")/../resolvconf
      mkdir -p "$kept"
      case $1 in
        -a) cat >"$kept/$2" && cat "$kept/$2" >/etc/resolv.conf ;;
        -d) rm -f "$kept/$2" && cat "$kept/../own-resolv.conf" >/etc/resolv.conf ;;
        -l) cat "$kept/$2" 2>/dev/null ;;
      esac
      """;

  /** Link-local addresses of a TUN device are random; the kernel's WireGuard has none. */
  private static final Pattern RANDOM =
      Pattern.compile(".*(fe80:|daddr fe80|multicast ff00::).*\\n|^\\d+: ", Pattern.MULTILINE);

  private final Namespace namespace;
  private final Path bin;

  QuickHost(Namespace namespace) {
    this.namespace = namespace;
    namespace.etc("resolv.conf", OWN_RESOLV_CONF);
    namespace.file("own-resolv.conf", OWN_RESOLV_CONF);
    bin = namespace.file("bin");
    try {
      Files.createDirectory(bin);
      Path script = bin.resolve("resolvconf");
      Files.writeString(script, RESOLVCONF);
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Namespace namespace() {
    return namespace;
  }

  /** The file of {@link #DEVICE}. */
  Path file(String content) {
    return namespace.file(DEVICE + ".conf", content);
  }

  static String launcher() {
    return Implementation.repository().resolve("warren").toString();
  }

  private Map<String, String> environment() {
    return Map.of(
        "PATH",
        bin + ":" + System.getenv("PATH"),
        "WARREN_NO_BUILD",
        "1",
        "WG_ENDPOINT_RESOLUTION_RETRIES",
        "0",
        "WG_QUICK_USERSPACE_IMPLEMENTATION",
        Implementation.WARREN.wrapper());
  }

  private static List<String> argv(Object... words) {
    List<String> argv = new ArrayList<>();
    for (Object word : words) {
      argv.add(word.toString());
    }
    return argv;
  }

  /** {@code warren ARGUMENTS}. */
  Command.Outcome warren(Object... arguments) {
    List<String> argv = argv(arguments);
    argv.addFirst(launcher());
    return namespace.attempt(LIMIT, environment(), "", argv);
  }

  /** {@code warren ARGUMENTS}, not waited for. */
  Running startWarren(Object... arguments) {
    List<String> argv = argv(arguments);
    argv.addFirst(launcher());
    return namespace.start(environment(), argv);
  }

  /** Debian's {@code wg-quick} with Warren for the interface. */
  Command.Outcome wgQuick(String subcommand, Path file) {
    return namespace.attempt(LIMIT, environment(), "", argv("wg-quick", subcommand, file));
  }

  /** A program that sees the same as those. */
  Command.Outcome run(String... argv) {
    return namespace.attempt(LIMIT, environment(), "", List.of(argv));
  }

  String resolvConf() {
    return namespace.run("cat", "/etc/resolv.conf").stdout();
  }

  boolean marksCount() {
    return namespace.run("sysctl", "-n", "net.ipv4.conf.all.src_valid_mark").stdout().equals("1\n");
  }

  /** All that a tunnel changes: links, addresses, routes, rules, firewall, name servers. */
  String state() {
    StringBuilder state = new StringBuilder();
    for (String what :
        List.of(
            "-o addr",
            "-4 route show table all",
            "-6 route show table all",
            "-4 rule",
            "-6 rule")) {
      state.append("ip ").append(what).append(":\n").append(namespace.ip(what));
    }
    for (String link : namespace.ip("-o link").lines().toList()) {
      state.append(link.replaceAll("^\\d+: ([^:@]+).* mtu (\\d+) .*$", "$1 mtu $2\n"));
    }
    state.append(namespace.run("nft", "list", "ruleset").stdout());
    state.append(resolvConf());
    state.append(namespace.run("wg", "show", "interfaces").stdout());
    return RANDOM.matcher(state).replaceAll("");
  }
}
