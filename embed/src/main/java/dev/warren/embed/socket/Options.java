package dev.warren.embed.socket;

import dev.warren.packet.owner.Shared;
import java.net.SocketException;
import java.net.SocketOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The options of a socket as the program set them.
 *
 * <p>Those that mean nothing here are kept and told again, since programs set them everywhere and
 * look at what became of it.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> {@link SocketException} for a value of the wrong type or range.
 */
@Shared
final class Options {
  private final Map<Integer, Object> values = new ConcurrentHashMap<>();

  Options(int bufferBytes) {
    values.put(SocketOptions.SO_TIMEOUT, 0);
    values.put(SocketOptions.SO_LINGER, -1);
    values.put(SocketOptions.SO_SNDBUF, bufferBytes);
    values.put(SocketOptions.SO_RCVBUF, bufferBytes);
    values.put(SocketOptions.IP_TOS, 0);
    values.put(SocketOptions.TCP_NODELAY, false);
    values.put(SocketOptions.SO_KEEPALIVE, false);
    values.put(SocketOptions.SO_REUSEADDR, false);
    values.put(SocketOptions.SO_REUSEPORT, false);
    values.put(SocketOptions.SO_BROADCAST, false);
    values.put(SocketOptions.SO_OOBINLINE, false);
  }

  void set(int option, Object value) throws SocketException {
    Object before = values.get(option);
    Object after = value;
    if (option == SocketOptions.SO_LINGER && value instanceof Boolean) {
      after = -1;
    }
    if (before == null) {
      throw new SocketException("Unknown option " + option);
    }
    if (after.getClass() != before.getClass()
        || (after instanceof Integer n && n < 0 && option != SocketOptions.SO_LINGER)) {
      throw new SocketException("Invalid value '" + value + "' of option " + option);
    }
    values.put(option, after);
  }

  Object get(int option) throws SocketException {
    Object value = values.get(option);
    if (value == null) {
      throw new SocketException("Unknown option " + option);
    }
    return value;
  }

  int number(int option) {
    return values.get(option) instanceof Integer n ? n : 0;
  }

  boolean isOn(int option) {
    return Boolean.TRUE.equals(values.get(option));
  }
}
