package dev.warren.cli.uapi;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a daemon dropped, and why: a question that only Warren's own daemon answers.
 *
 * <p><b>Shape:</b> reason in lowercase, such as {@code invalid_mac1}, to packets.
 */
public final class Drops {
  private static final String PREFIX = "drop_";

  private Drops() {}

  /**
   * Asks for the counters of an interface; none when its daemon does not know the question.
   *
   * @throws UapiException when there is nobody to ask
   */
  public static Map<String, Long> of(UapiSockets sockets, String name) throws UapiException {
    Map<String, Long> drops = new LinkedHashMap<>();
    try (UapiConnection connection = sockets.connect(name)) {
      connection.line("drops", "1");
      connection.end();
      for (String line = connection.readLine(); line != null; line = connection.readLine()) {
        int equals = line.indexOf('=');
        if (equals < 0 || !line.startsWith(PREFIX)) {
          break;
        }
        drops.put(
            line.substring(PREFIX.length(), equals), Long.valueOf(line.substring(equals + 1)));
      }
    } catch (NumberFormatException e) {
      throw new UapiException(Errno.EPROTO);
    }
    return drops;
  }
}
