package dev.warren.cli.help;

import java.util.List;

/**
 * What may stand at one place of a command line, for completion.
 *
 * @param kind what a shell offers there
 * @param words fixed words it offers as well
 */
record Argument(Kind kind, List<String> words) {

  /** What a shell can list by itself. */
  enum Kind {
    /** Nothing but the words. */
    WORDS,
    /** WireGuard interfaces that a process in user space serves. */
    INTERFACE,
    /** Names of configurations under /etc/wireguard, and files. */
    CONFIGURATION,
    /** An interface or a configuration. */
    TUNNEL,
    FILE,
    FOLDER,
    /** Commands of Warren. */
    COMMAND,
  }

  static Argument of(Kind kind, String... words) {
    return new Argument(kind, List.of(words));
  }

  static Argument words(String... words) {
    return of(Kind.WORDS, words);
  }
}
