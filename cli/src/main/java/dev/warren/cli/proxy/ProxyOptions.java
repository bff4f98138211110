package dev.warren.cli.proxy;

import dev.warren.config.proxy.HostPort;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words of {@code warren proxy}, sorted.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link BadWord}.
 */
final class ProxyOptions {
  private static final String LOOPBACK = "127.0.0.1";

  /** A command line that is not understood. */
  static final class BadWord extends Exception {
    private static final long serialVersionUID = 1;

    BadWord(String message) {
      super(message);
    }
  }

  @Nullable Path file;
  @Nullable Path capture;
  @Nullable HostPort info;
  @Nullable HostPort stdio;
  boolean test;
  boolean silent;

  static ProxyOptions parse(List<String> arguments) throws BadWord {
    ProxyOptions options = new ProxyOptions();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      switch (word) {
        case "-n", "--configtest" -> options.test = true;
        case "-s", "--silent" -> options.silent = true;
        case "-c", "--config" -> options.take(value(arguments, ++i));
        case "-i", "--info" -> options.info = info(value(arguments, ++i));
        case "--pcap" -> options.capture = path(value(arguments, ++i));
        case "--stdio" -> options.stdio = target(value(arguments, ++i));
        case "-d", "--daemon" ->
            throw new BadWord("it stays in the foreground; a service of systemd or `&' does not");
        default -> {
          if (word.startsWith("-")) {
            throw new BadWord("no option `" + word + "'");
          }
          options.take(word);
        }
      }
    }
    if (options.file == null) {
      throw new BadWord("which file?");
    }
    return options;
  }

  private void take(String word) throws BadWord {
    if (file != null) {
      throw new BadWord("one file, not also `" + word + "'");
    }
    file = path(word);
  }

  private static String value(List<String> arguments, int at) throws BadWord {
    if (at >= arguments.size()) {
      throw new BadWord("`" + arguments.getLast() + "' wants a value");
    }
    return arguments.get(at);
  }

  private static Path path(String word) throws BadWord {
    try {
      return Path.of(word);
    } catch (InvalidPathException e) {
      throw new BadWord("no file can be called `" + word + "'");
    }
  }

  private static HostPort info(String word) throws BadWord {
    HostPort where = HostPort.parse(word.indexOf(':') < 0 ? ":" + word : word);
    if (where == null) {
      throw new BadWord("`" + word + "' is no PORT or HOST:PORT");
    }
    return where.host().isEmpty() ? new HostPort(LOOPBACK, where.port()) : where;
  }

  private static HostPort target(String word) throws BadWord {
    HostPort target = HostPort.parse(word);
    if (target == null || target.host().isEmpty() || target.port() == 0) {
      throw new BadWord("`" + word + "' is no HOST:PORT");
    }
    return target;
  }
}
