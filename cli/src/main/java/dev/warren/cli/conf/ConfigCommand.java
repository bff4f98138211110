package dev.warren.cli.conf;

import dev.warren.cli.help.Help;
import dev.warren.cli.qr.QrCode;
import dev.warren.cli.terminal.Ink;
import dev.warren.cli.view.Trouble;
import dev.warren.config.Services;
import dev.warren.crypto.RandomSource;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * {@code warren config new|add-peer|check}.
 *
 * <p><b>Errors:</b> exit status 0 when it did what was asked, 1 when it could not or when a file
 * that was checked has problems, 2 for a command line that is not understood.
 */
public final class ConfigCommand {
  private final Streams streams;
  private final Services services;

  /** A command that writes here. */
  public ConfigCommand(
      PrintStream out, PrintStream err, Map<String, String> environment, Services services) {
    this.streams = new Streams(out, err, environment);
    this.services = services;
  }

  /** Runs it; the exit status. */
  public int run(List<String> arguments) {
    String what = arguments.isEmpty() ? "" : arguments.getFirst();
    List<String> rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
    try {
      return switch (what) {
        case "new" -> new NewCommand(streams, RandomSource.secure()).run(rest);
        case "add-peer" -> new AddPeerCommand(streams, RandomSource.secure(), services).run(rest);
        case "check" -> new CheckCommand(streams, services).run(rest);
        case "-h", "--help" -> streams.help();
        case "" -> throw new Machine.BadWord("new, add-peer or check?");
        default -> throw new Machine.BadWord("no command `" + what + "'");
      };
    } catch (Machine.BadWord e) {
      return Help.misunderstood(streams.err, "config", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      streams.err.println("warren config: " + Trouble.words(e));
      return 1;
    }
  }

  /** Where a command writes, and what it knows of that. */
  record Streams(PrintStream out, PrintStream err, Map<String, String> environment) {

    int help() {
      return new Help(out, err).about("config");
    }

    /** Shows a configuration as a QR code; comments are left out, which makes it smaller. */
    void showCode(String title, String configuration, boolean outIsTaken) {
      PrintStream to = outIsTaken ? err : out;
      QrCode code = QrCode.of(withoutComments(configuration));
      if (code == null) {
        err.println("warren config: " + title + " is too long for a QR code");
        return;
      }
      StringBuilder text = new StringBuilder("\n").append(title).append(":\n");
      for (String line : code.lines(Options.colouredCode(environment))) {
        text.append(line).append('\n');
      }
      Ink.print(to, text.toString());
      if (Ink.isTerminal(Ink.STANDARD_OUTPUT)) {
        to.println("(" + code.columns() + " columns; whoever sees it has the key)");
      }
    }

    private static String withoutComments(String configuration) {
      StringBuilder text = new StringBuilder();
      for (String line : configuration.split("\n", -1)) {
        int hash = line.indexOf('#');
        String kept = (hash < 0 ? line : line.substring(0, hash)).strip();
        if (!kept.isEmpty()) {
          text.append(kept).append('\n');
        }
      }
      return text.toString();
    }
  }
}
