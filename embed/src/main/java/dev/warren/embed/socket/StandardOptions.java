package dev.warren.embed.socket;

import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Set;

/** The newer names of options, by the older numbers. */
final class StandardOptions {
  private static final Map<SocketOption<?>, Integer> NUMBERS =
      Map.of(
          StandardSocketOptions.SO_RCVBUF, SocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_SNDBUF, SocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_REUSEADDR, SocketOptions.SO_REUSEADDR,
          StandardSocketOptions.SO_KEEPALIVE, SocketOptions.SO_KEEPALIVE,
          StandardSocketOptions.SO_LINGER, SocketOptions.SO_LINGER,
          StandardSocketOptions.TCP_NODELAY, SocketOptions.TCP_NODELAY,
          StandardSocketOptions.IP_TOS, SocketOptions.IP_TOS);

  static final Set<SocketOption<?>> STREAM = NUMBERS.keySet();

  static final Set<SocketOption<?>> SERVER =
      Set.of(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR);

  static final Set<SocketOption<?>> DATAGRAM =
      Set.of(
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_REUSEADDR,
          StandardSocketOptions.IP_TOS);

  private StandardOptions() {}

  static int number(SocketOption<?> option, Set<SocketOption<?>> supported) {
    Integer number = supported.contains(option) ? NUMBERS.get(option) : null;
    if (number == null) {
      throw new UnsupportedOperationException("'" + option + "' not supported");
    }
    return number;
  }
}
