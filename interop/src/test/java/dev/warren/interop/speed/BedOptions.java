package dev.warren.interop.speed;

import dev.warren.interop.host.Implementation;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The command line of the bed.
 *
 * @param seconds of each stream
 */
record BedOptions(
    int rounds, int seconds, Set<Part> parts, Implementation first, Implementation second) {

  /** The command line is wrong; the message says how. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;

    Wrong(String message) {
      super(message);
    }
  }

  static String usage() {
    StringBuilder rows = new StringBuilder();
    for (Part part : Part.values()) {
      rows.append("  %-16s %s%n".formatted(part.option(), part.description()));
    }
    return """
    usage: bench/bed [--rounds N] [--seconds S] [--rows NAME,NAME...] [A [B]]

    Measures A B A B ... for N rounds (2) with streams of S seconds (5), and prints a
    Markdown table: medians, the least and the most, the ratio A : B, and the goal of each
    row. A and B (warren and wireguard-go) are each

      warren            this checkout's
      wireguard-go      the one on the PATH
      LABEL=PATH        another wireguard-go, or another checkout's `warren` script

    Rows (all):

    %s
    Wants root and an idle machine: the table begins with the load it met. It says on standard
    error how long it will take (all rows and the defaults: some ten minutes) and how far it
    is.
    """
        .formatted(rows);
  }

  static BedOptions parse(List<String> arguments) throws Wrong {
    int rounds = 2;
    int seconds = 5;
    Set<Part> parts = EnumSet.allOf(Part.class);
    List<Implementation> named = new ArrayList<>();
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String argument = rest.removeFirst();
      switch (argument) {
        case "--rounds" -> rounds = number(argument, rest);
        case "--seconds" -> seconds = number(argument, rest);
        case "--rows" -> parts = parts(value(argument, rest));
        default -> {
          if (argument.startsWith("-")) {
            throw new Wrong("unknown option " + argument);
          }
          named.add(implementation(argument));
        }
      }
    }
    if (named.size() > 2) {
      throw new Wrong("two implementations at most");
    }
    Implementation first = named.isEmpty() ? Implementation.WARREN : named.getFirst();
    Implementation second = named.size() < 2 ? Implementation.WIREGUARD_GO : named.getLast();
    return new BedOptions(rounds, seconds, parts, first, second);
  }

  private static String value(String option, Deque<String> rest) throws Wrong {
    if (rest.isEmpty()) {
      throw new Wrong(option + " wants a value");
    }
    return rest.removeFirst();
  }

  private static int number(String option, Deque<String> rest) throws Wrong {
    String value = value(option, rest);
    if (!value.matches("[1-9][0-9]{0,3}")) {
      throw new Wrong(option + " wants a number from 1 to 9999, not " + value);
    }
    return Integer.parseInt(value);
  }

  private static Set<Part> parts(String names) throws Wrong {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (String name : names.split(",", -1)) {
      parts.add(Part.named(name).orElseThrow(() -> new Wrong("unknown row " + name)));
    }
    if (parts.contains(Part.MIXED)) {
      parts.add(Part.TCP);
    }
    return parts;
  }

  private static Implementation implementation(String argument) {
    int equals = argument.indexOf('=');
    if (equals > 0) {
      String label = argument.substring(0, equals);
      Path path = Path.of(argument.substring(equals + 1)).toAbsolutePath();
      return path.endsWith("warren")
          ? Implementation.warren(label, path)
          : Implementation.wireguardGo(label, path.toString());
    }
    return switch (argument) {
      case "warren" -> Implementation.WARREN;
      case "wireguard-go" -> Implementation.WIREGUARD_GO;
      default -> Implementation.wireguardGo(argument, Path.of(argument).toString());
    };
  }
}
