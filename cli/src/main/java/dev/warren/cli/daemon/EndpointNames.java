package dev.warren.cli.daemon;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which peers' endpoints were given as names.
 *
 * <p><b>Shape:</b> as text a line for each: the public key in base64, a space, the host's name, a
 * space, the port.
 *
 * <p><b>Owner:</b> any thread; immutable.
 */
public final class EndpointNames {
  /** Says in the daemon's environment where the names are. */
  public static final String VARIABLE = "WARREN_ENDPOINT_NAMES";

  /** The only place so far: nothing is left lying about, and nobody else can read it. */
  public static final String FROM_STANDARD_INPUT = "-";

  public static final EndpointNames NONE = new EndpointNames(Map.of());

  /** A host's name and a port. */
  public record Name(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  private final Map<String, Name> names;

  /** Names by public key. */
  public EndpointNames(Map<String, Name> names) {
    this.names = new LinkedHashMap<>(names);
  }

  /** Reads the text form; lines that are none are left out. */
  public static EndpointNames parse(String text) {
    Map<String, Name> names = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", -1);
      try {
        if (words.length == 3 && !words[1].isEmpty()) {
          names.put(words[0], new Name(words[1], Integer.parseInt(words[2])));
        }
      } catch (NumberFormatException e) {
        // No port, no name.
      }
    }
    return new EndpointNames(names);
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** The public keys of the peers with names. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(names.keySet());
  }

  /** The name of this peer's endpoint, or null. */
  public @Nullable Name of(String publicKey) {
    return names.get(publicKey);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    names.forEach(
        (key, name) ->
            text.append(key)
                .append(' ')
                .append(name.host())
                .append(' ')
                .append(name.port())
                .append('\n'));
    return text.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EndpointNames e && names.equals(e.names);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(names);
  }
}
