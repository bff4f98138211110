package dev.warren.cli.conf;

import dev.warren.packet.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A machine as the command line names it: {@code NAME} or {@code NAME=HOST[:PORT]}.
 *
 * @param name also the name of its file
 * @param host where the others reach it, IPv6 without brackets; null where they cannot
 * @param port its UDP port, 0 when none was said
 */
record Machine(String name, @Nullable String host, int port) {
  static final int USUAL_PORT = 51820;
  private static final int MAX_NAME = 15;

  /** A word of the command line that names no machine. */
  static final class BadWord extends Exception {
    private static final long serialVersionUID = 1;

    BadWord(String why) {
      super(why, null, false, false);
    }
  }

  static Machine parse(String word) throws BadWord {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    checkName(name);
    return equals < 0 ? new Machine(name, null, 0) : at(name, word.substring(equals + 1));
  }

  /** A machine that is reached at {@code HOST}, {@code HOST:PORT} or {@code [IPV6]:PORT}. */
  static Machine at(String name, String where) throws BadWord {
    String host = where;
    String port = "";
    if (where.startsWith("[")) {
      int close = where.indexOf(']');
      if (close < 0) {
        throw new BadWord("`" + where + "' has no `]'");
      }
      host = where.substring(1, close);
      port = where.substring(close + 1);
    } else if (where.indexOf(':') >= 0 && where.indexOf(':') == where.lastIndexOf(':')) {
      host = where.substring(0, where.indexOf(':'));
      port = where.substring(where.indexOf(':'));
    }
    boolean good = !host.isEmpty();
    for (int i = 0; i < host.length() && good; i++) {
      char c = host.charAt(i);
      good = c > ' ' && c != '#' && c != ',' && c != '[' && c != ']' && c < 127;
    }
    if (!good || (host.indexOf(':') >= 0 && IpAddress.parse(host) == null)) {
      throw new BadWord("`" + where + "' is not HOST, HOST:PORT or [IPV6]:PORT");
    }
    return new Machine(name, host, port.isEmpty() ? 0 : port(port));
  }

  private static int port(String text) throws BadWord {
    try {
      int port = text.startsWith(":") ? Integer.parseInt(text.substring(1)) : 0;
      if (port > 0 && port <= 0xffff) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new BadWord("`" + text + "' is not a port from :1 to :65535");
  }

  /** Its file's name becomes an interface's where somebody says {@code warren up FILE}. */
  static void checkName(String name) throws BadWord {
    boolean good = !name.isEmpty() && name.length() <= MAX_NAME;
    good &= !name.startsWith("-") && !name.startsWith(".");
    for (int i = 0; i < name.length() && good; i++) {
      char c = name.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-'
              || c == '+'
              || c == '.';
    }
    if (!good) {
      throw new BadWord(
          "`" + name + "' is no name: up to " + MAX_NAME + " letters, digits, `_', `-', `+', `.'");
    }
  }

  boolean isReachable() {
    return host != null;
  }

  /** The port it listens on. */
  int listenPort() {
    return port == 0 ? USUAL_PORT : port;
  }

  /** As a configuration has it. */
  String endpoint() {
    String brackets = host != null && host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return brackets + ":" + listenPort();
  }

  String fileName() {
    return name + ".conf";
  }
}
