package dev.warren.cli.conf;

import dev.warren.cli.terminal.Ink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of a {@code warren config} command, sorted.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link Machine.BadWord}.
 */
final class Options {
  final List<String> words = new ArrayList<>();
  boolean json;
  boolean qr;
  boolean allTraffic;
  boolean preshared;
  boolean help;
  Path folder = Path.of("");
  @Nullable String network;
  @Nullable String dns;
  @Nullable String endpoint;

  static Options parse(List<String> arguments, List<String> known) throws Machine.BadWord {
    Options options = new Options();
    int next = 0;
    while (next < arguments.size()) {
      String argument = arguments.get(next++);
      if (!argument.startsWith("-") || argument.equals("-")) {
        options.words.add(argument);
        continue;
      }
      String name = longName(argument);
      if (!known.contains(name) && !name.equals("--help")) {
        throw new Machine.BadWord("no option `" + argument + "'");
      }
      if (options.take(name)) {
        continue;
      }
      if (next == arguments.size()) {
        throw new Machine.BadWord("`" + argument + "' wants a value");
      }
      options.take(name, arguments.get(next++));
    }
    return options;
  }

  private static String longName(String argument) {
    return switch (argument) {
      case "-h" -> "--help";
      case "-j" -> "--json";
      case "-q" -> "--qr";
      case "-d" -> "--directory";
      default -> argument;
    };
  }

  private boolean take(String name) {
    switch (name) {
      case "--help" -> help = true;
      case "--json" -> json = true;
      case "--qr" -> qr = true;
      case "--all-traffic" -> allTraffic = true;
      case "--psk" -> preshared = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  private void take(String name, String value) throws Machine.BadWord {
    // A value goes into a file as it is: it must not end its line.
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw new Machine.BadWord("the value of `" + name + "' has more than one line");
      }
    }
    switch (name) {
      case "--directory" -> folder = Path.of(value);
      case "--network" -> network = value;
      case "--dns" -> dns = value;
      case "--endpoint" -> endpoint = value;
      default -> throw new Machine.BadWord("no option `" + name + "'");
    }
  }

  Star.Wishes wishes() {
    return new Star.Wishes(allTraffic, preshared, dns);
  }

  /** Whether a QR code may have colours: it is not for show, so NO_COLOR does not forbid them. */
  static boolean colouredCode(Map<String, String> environment) {
    return !environment.getOrDefault("WG_COLOR_MODE", "").equals("never")
        && (Ink.isTerminal(Ink.STANDARD_OUTPUT)
            || environment.getOrDefault("WG_COLOR_MODE", "").equals("always"));
  }
}
