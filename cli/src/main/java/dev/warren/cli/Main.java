package dev.warren.cli;

import java.io.PrintStream;

/**
 * Entry point of {@code ./warren}.
 *
 * <p><b>Errors:</b> exit status 0 when it did what was asked, 2 when it did not understand.
 */
public final class Main {

  private static final String USAGE =
      """
      usage: warren --help | --version
      """;

  private Main() {}

  /** Runs the command and leaves with its status. */
  public static void main(String[] arguments) {
    int status = run(arguments, System.out, System.err);
    System.out.flush();
    System.exit(status);
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    String command = arguments.length == 1 ? arguments[0] : "";
    return switch (command) {
      case "--help", "-h" -> {
        out.print(USAGE);
        yield 0;
      }
      case "--version" -> {
        out.println("warren " + version());
        yield 0;
      }
      default -> {
        err.print(USAGE);
        yield 2;
      }
    };
  }

  private static String version() {
    var descriptor = Main.class.getModule().getDescriptor();
    return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
  }
}
