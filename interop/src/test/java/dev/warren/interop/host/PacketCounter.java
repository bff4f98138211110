package dev.warren.interop.host;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packets that met a condition in a host, counted by {@code nft} before anything else sees them (or
 * after everything, on the way out).
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class PacketCounter {
  private static final Pattern PACKETS = Pattern.compile("packets (\\d+) bytes (\\d+)");

  private final Namespace namespace;
  private final String name;

  private PacketCounter(Namespace namespace, String name) {
    this.namespace = namespace;
    this.name = name;
  }

  /** Counts what comes in and matches, whether or not it is then dropped. */
  public static PacketCounter input(Namespace namespace, String name, String match) {
    return create(namespace, name, "prerouting", match);
  }

  /** Counts what goes out and matches. */
  public static PacketCounter output(Namespace namespace, String name, String match) {
    return create(namespace, name, "postrouting", match);
  }

  private static PacketCounter create(Namespace namespace, String name, String hook, String match) {
    ruleset(
        namespace,
        """
        table inet count_%1$s {
          counter %1$s { }
          chain c { type filter hook %2$s priority -300; policy accept; %3$s counter name %1$s; }
        }
        """
            .formatted(name, hook, match));
    return new PacketCounter(namespace, name);
  }

  /** Loads a ruleset into this host. */
  public static void ruleset(Namespace namespace, String rules) {
    namespace.attempt(Duration.ofSeconds(10), Map.of(), rules, List.of("nft", "-f", "-")).orFail();
  }

  public long packetCount() {
    String listing =
        namespace.run("nft", "list", "counter", "inet", "count_" + name, name).stdout();
    Matcher matcher = PACKETS.matcher(listing);
    if (!matcher.find()) {
      throw new AssertionError(listing);
    }
    return Long.parseLong(matcher.group(1));
  }
}
