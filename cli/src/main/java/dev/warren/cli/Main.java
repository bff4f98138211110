package dev.warren.cli;

import dev.warren.cli.conf.ConfigCommand;
import dev.warren.cli.doctor.DoctorCommand;
import dev.warren.cli.help.Help;
import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.proxy.ProxyCommand;
import dev.warren.cli.quick.QuickCommand;
import dev.warren.cli.quickstart.QuickstartCommand;
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

  private Main() {}

  /** Runs the command and leaves with its status. */
  public static void main(String[] arguments) {
    int status = run(arguments, System.out, System.err);
    System.out.flush();
    System.err.flush();
    if (arguments.length > 0 && arguments[0].equals("wg")) {
      // It leaves no hooks behind, and an orderly exit would load the JDK's logging first.
      Runtime.getRuntime().halt(status);
    }
    System.exit(status);
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    List<String> all = Arrays.asList(arguments);
    String command = all.isEmpty() ? "" : all.getFirst();
    List<String> rest = all.isEmpty() ? all : all.subList(1, all.size());
    if (!rest.isEmpty() && asksForHelp(rest.getFirst()) && !helpsItself(command)) {
      return new Help(out, err).about(command);
    }
    return switch (command) {
      case "wg" -> WgCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length));
      case "up", "down", "save", "strip", "wg-quick" -> QuickCommand.run(all, out, err);
      case "status" -> new StatusCommand(out, err, System.in, System.getenv()).run(rest);
      case "doctor" -> new DoctorCommand(out, err, System.getenv(), new ServiceNames()).run(rest);
      case "config" -> new ConfigCommand(out, err, System.getenv(), new ServiceNames()).run(rest);
      case "run" -> new RunCommand(out, err, System.getenv()).run(rest);
      case "proxy" -> new ProxyCommand(out, err, System.getenv(), new ServiceNames()).run(rest);
      case "quickstart" -> new QuickstartCommand(out, err, System.in, System.getenv()).run(rest);
      case "help", "--help", "-h" -> new Help(out, err).help(rest);
      case "completion" -> new Help(out, err).completion(rest);
      case "man" -> new Help(out, err).man(rest);
      case "version", "--version", "-v" -> sayVersion(out, err);
      case "" -> new Help(out, err).nothingAsked();
      default -> new Help(out, err).noCommand(command);
    };
  }

  /** The counterparts say what their originals say, and `config` has commands of its own. */
  private static boolean helpsItself(String command) {
    return command.equals("wg")
        || command.equals("wg-quick")
        || command.equals("config")
        || command.startsWith("-");
  }

  private static boolean asksForHelp(String argument) {
    return argument.equals("--help") || argument.equals("-h");
  }

  private static int sayVersion(PrintStream out, PrintStream err) {
    try {
      String engine = CryptoEngines.description();
      out.println("warren " + version() + ", cryptography by " + engine);
      out.println(
          "Java " + Runtime.version() + " (" + System.getProperty("java.vendor", "unknown") + ")");
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
