package dev.warren.cli;

import dev.warren.cli.conf.ConfigCommand;
import dev.warren.cli.doctor.DoctorCommand;
import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.quick.QuickCommand;
import dev.warren.cli.view.StatusCommand;
import dev.warren.cli.wg.WgCommand;
import dev.warren.crypto.CryptoEngines;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * Entry point of {@code ./warren}.
 *
 * <p><b>Errors:</b> exit status 0 when it did what was asked, 1 when it could not, 2 when it did
 * not understand.
 */
public final class Main {
  private static final String USAGE =
      """
      usage: warren COMMAND

        run [-f] INTERFACE   make a WireGuard interface and serve it
        wg ...               show and change interfaces, as `wg` does
        up NAME|FILE         set up the interface of a configuration file, as `wg-quick` does
        down NAME|FILE       take it down
        save NAME|FILE       write its present state into the file
        strip NAME|FILE      print the file without what `wg` does not know
        status [INTERFACE]   show the tunnels, and how each peer is
        doctor [INTERFACE]   find why a tunnel does not work
        config COMMAND       make, extend and check configurations
        --version            say the version and which cryptography is in use
        --help               say this

      `warren run --help` says more about it.
      """;

  private Main() {}

  /** Runs the command and leaves with its status. */
  public static void main(String[] arguments) {
    int status = run(arguments, System.out, System.err);
    System.out.flush();
    System.exit(status);
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    List<String> all = Arrays.asList(arguments);
    String command = all.isEmpty() ? "" : all.getFirst();
    return switch (command) {
      case "wg" -> WgCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length));
      case "run" -> new RunCommand(out, err, System.getenv()).run(all.subList(1, all.size()));
      case "up", "down", "save", "strip", "wg-quick" -> QuickCommand.run(all, out, err);
      case "status" ->
          new StatusCommand(out, err, System.in, System.getenv()).run(all.subList(1, all.size()));
      case "doctor" ->
          new DoctorCommand(out, err, System.getenv(), new ServiceNames())
              .run(all.subList(1, all.size()));
      case "config" ->
          new ConfigCommand(out, err, System.getenv(), new ServiceNames())
              .run(all.subList(1, all.size()));
      case "--help", "-h", "help" -> {
        out.print(USAGE);
        yield 0;
      }
      case "--version", "-v", "version" -> sayVersion(out, err);
      case "" -> {
        err.print(USAGE);
        yield 2;
      }
      default -> {
        err.println("warren: no command `" + command + "' (see `warren --help')");
        yield 2;
      }
    };
  }

  private static int sayVersion(PrintStream out, PrintStream err) {
    try {
      out.println("warren " + version() + ", cryptography by " + CryptoEngines.description());
      return 0;
    } catch (IllegalStateException e) {
      err.println("warren: " + e.getMessage());
      return 1;
    }
  }

  private static String version() {
    var descriptor = Main.class.getModule().getDescriptor();
    return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
  }
}
