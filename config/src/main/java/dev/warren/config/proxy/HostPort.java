package dev.warren.config.proxy;

import dev.warren.packet.owner.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * A host and a TCP or UDP port.
 *
 * @param host a name, or an address without brackets; empty for all own addresses
 * @param port 0..65535
 */
@Immutable
public record HostPort(String host, int port) {
  private static final int MAX_NAME = 253;

  /** Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code :PORT}; null for anything else. */
  public static @Nullable HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? -1 : port(text.substring(colon + 1));
    if (port < 0) {
      return null;
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      return isAddressV6(host) ? new HostPort(host, port) : null;
    }
    return isHost(host) ? new HostPort(host, port) : null;
  }

  /** The digits of a port; -1 for anything else. */
  static int port(String digits) {
    boolean number = !digits.isEmpty() && digits.length() <= 5;
    number &= digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number ? Integer.parseInt(digits) : -1;
    return port > 0xffff ? -1 : port;
  }

  private static boolean isAddressV6(String host) {
    return host.indexOf(':') >= 0
        && host.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
  }

  private static boolean isHost(String host) {
    return host.length() <= MAX_NAME && host.chars().allMatch(HostPort::isNameCharacter);
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
