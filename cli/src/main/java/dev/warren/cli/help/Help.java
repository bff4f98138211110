package dev.warren.cli.help;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The commands that speak about commands: {@code help}, {@code completion}, {@code man}.
 *
 * <p><b>Errors:</b> exit status 2 and one line for what is not understood, 1 for pages that cannot
 * be written.
 */
public final class Help {
  private final PrintStream out;
  private final PrintStream err;

  public Help(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** {@code warren help [COMMAND]}. */
  public int help(List<String> arguments) {
    if (arguments.isEmpty()) {
      out.print(HelpText.overview());
      return 0;
    }
    return about(arguments.getFirst());
  }

  /** {@code warren COMMAND --help}. */
  public int about(String name) {
    Command command = Commands.find(name);
    if (command == null) {
      return noCommand(name);
    }
    out.print(HelpText.of(command));
    return 0;
  }

  /** {@code warren}, alone. */
  public int nothingAsked() {
    err.print(HelpText.overview());
    return 2;
  }

  /** A command that is none. */
  public int noCommand(String name) {
    err.println("warren: no command `" + name + "' (see `warren help')");
    return 2;
  }

  /** {@code warren completion SHELL}. */
  public int completion(List<String> arguments) {
    String script =
        arguments.size() != 1
            ? ""
            : switch (arguments.getFirst()) {
              case "bash" -> new BashCompletion().script();
              case "zsh" -> new ZshCompletion().script();
              case "fish" -> new FishCompletion().script();
              default -> "";
            };
    if (script.isEmpty()) {
      return misunderstood(err, "completion", "for bash, zsh or fish");
    }
    out.print(script);
    return 0;
  }

  /** {@code warren man [COMMAND]} and {@code warren man -d FOLDER}. */
  public int man(List<String> arguments) {
    if (arguments.isEmpty()) {
      out.print(ManPage.overview());
      return 0;
    }
    String first = arguments.getFirst();
    if (first.equals("-d") || first.equals("--directory")) {
      return arguments.size() == 2
          ? write(Path.of(arguments.get(1)))
          : misunderstood(err, "man", "into which folder?");
    }
    Command command = Commands.find(first);
    if (command == null) {
      return noCommand(first);
    }
    out.print(ManPage.of(command));
    return 0;
  }

  private int write(Path folder) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> page : ManPage.all().entrySet()) {
        Files.writeString(folder.resolve(page.getKey()), page.getValue());
      }
      return 0;
    } catch (IOException e) {
      err.println("warren: cannot write the man pages: " + e);
      return 1;
    }
  }

  /** Says what of a command line is not understood; the exit status for that. */
  public static int misunderstood(PrintStream err, String command, String what) {
    err.println("warren " + command + ": " + what + " (see `warren " + command + " --help')");
    return 2;
  }
}
