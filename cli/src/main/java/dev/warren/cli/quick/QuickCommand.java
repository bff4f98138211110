package dev.warren.cli.quick;

import dev.warren.cli.names.ServiceNames;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.Grammar;
import dev.warren.config.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code warren up|down|save|strip NAME|FILE}, also as {@code wg-quick}.
 *
 * <p><b>Owner:</b> the main thread.
 *
 * <p><b>Errors:</b> exit status 1 with a line that says why, or the status of the hook that failed;
 * 2 for a command line that is not understood, but 1 as {@code wg-quick}, which does so.
 */
public final class QuickCommand {
  private static final Path FOLDER = Path.of("/etc/wireguard");
  private static final List<String> SUBCOMMANDS = List.of("up", "down", "save", "strip");

  private static final String WG_QUICK = "wg-quick";

  private static final String WG_QUICK_USAGE =
      """
      Usage: wg-quick [ up | down | save | strip ] [ CONFIG_FILE | INTERFACE ]

      CONFIG_FILE is called INTERFACE.conf; for INTERFACE alone that file is looked for in
      /etc/wireguard. It has what `wg setconf' takes, and in [Interface] also:

        Address                            addresses of the interface, with their networks
        MTU                                the MTU; found out when it is not given
        DNS                                name servers, and domains to search
        Table                              off, auto, or the routing table for the routes
        PreUp, PostUp, PreDown, PostDown   lines for bash, with the interface for %i
        SaveConfig                         true: the file is written anew on the way down
      """;

  private final String program;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  private QuickCommand(String program, PrintStream out, PrintStream err) {
    this.program = program;
    this.out = out;
    this.err = err;
    this.environment = System.getenv();
  }

  /**
   * Runs {@code up}, {@code down}, {@code save} or {@code strip}; or any after {@code wg-quick}.
   */
  public static int run(List<String> arguments, PrintStream out, PrintStream err) {
    String first = arguments.getFirst();
    List<String> rest = arguments.subList(1, arguments.size());
    return first.equals(WG_QUICK)
        ? new QuickCommand(WG_QUICK, out, err).asWgQuick(rest)
        : new QuickCommand("warren", out, err).asWarren(first, rest);
  }

  private int asWgQuick(List<String> arguments) {
    String first = arguments.isEmpty() ? "" : arguments.getFirst();
    if (arguments.size() == 1 && List.of("--help", "-h", "help").contains(first)) {
      err.print(WG_QUICK_USAGE);
      return 0;
    }
    if (arguments.size() != 2 || !SUBCOMMANDS.contains(first)) {
      err.print(WG_QUICK_USAGE);
      return 1;
    }
    return run(first, arguments.getLast());
  }

  private int asWarren(String subcommand, List<String> arguments) {
    if (arguments.size() != 1 || arguments.getFirst().startsWith("-")) {
      String what =
          arguments.isEmpty()
              ? "which interface or file?"
              : "one interface or file, and nothing else, is expected";
      err.println("warren %1$s: %2$s (see `warren %1$s --help')".formatted(subcommand, what));
      return 2;
    }
    return run(subcommand, arguments.getFirst());
  }

  private int run(String subcommand, String word) {
    try {
      if (!isRoot()) {
        return new Elevation(program, environment).again();
      }
      ConfigFile file = ConfigFile.find(word, FOLDER);
      if (file.isWorldAccessible()) {
        err.println("Warning: `" + file.path() + "' is world accessible");
      }
      try (Configuration configuration = read(file)) {
        if (configuration == null) {
          return 1;
        }
        Task task = new Task(program, err, environment, file, configuration);
        return switch (subcommand) {
          case "up" -> new Up(task).run();
          case "down" -> new Down(task).run();
          case "save" -> new Down(task).save();
          default -> {
            byte[] bytes = (configuration.stripped() + "\n").getBytes(StandardCharsets.ISO_8859_1);
            out.write(bytes, 0, bytes.length);
            yield 0;
          }
        };
      }
    } catch (IOException e) {
      err.println(program + ": " + e.getMessage());
      return 1;
    }
  }

  /** Reads the file and tells all that is wrong with it; null when it cannot be used. */
  private @Nullable Configuration read(ConfigFile file) throws IOException {
    String text;
    try {
      // Each byte a character, so that what is not ours to understand comes through unchanged.
      text = Files.readString(file.path(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IOException("cannot read `" + file.path() + "'", e);
    }
    List<Problem> problems = new ArrayList<>();
    Configuration configuration = null;
    switch (ConfigParser.parse(text, Grammar.WG_QUICK, new ServiceNames())) {
      case ConfigResult.Good(Configuration good, List<Problem> warnings) -> {
        problems.addAll(warnings);
        configuration = good;
      }
      case ConfigResult.Bad(List<Problem> bad) -> problems.addAll(bad);
    }
    for (Problem problem : problems) {
      String kind = problem.isError() ? "" : "warning: ";
      err.println(
          "%s:%d:%d: %s%s"
              .formatted(file.path(), problem.line(), problem.column(), kind, problem.text()));
    }
    return configuration;
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }
}
