package dev.warren.cli.doctor;

import dev.warren.cli.help.Help;
import dev.warren.cli.help.Paragraphs;
import dev.warren.cli.json.JsonWriter;
import dev.warren.cli.terminal.Ink;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.cli.view.Configurations;
import dev.warren.cli.view.PeerNames;
import dev.warren.cli.view.Trouble;
import dev.warren.config.Services;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * {@code warren doctor [--json] [INTERFACE | FILE]}.
 *
 * <p><b>Errors:</b> exit status 0 when nothing was found, 1 when something was, 2 for a command
 * line that is not understood.
 */
public final class DoctorCommand {
  private static final int WIDTH = 80;

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final Services services;

  /** A command that writes here. */
  public DoctorCommand(
      PrintStream out, PrintStream err, Map<String, String> environment, Services services) {
    this.out = out;
    this.err = err;
    this.environment = environment;
    this.services = services;
  }

  /** A tunnel and what was found. */
  private record Patient(String name, Finding.Verdict verdict) {}

  /** Runs it; the exit status. */
  public int run(List<String> arguments) {
    boolean json = false;
    String wanted = null;
    for (String argument : arguments) {
      switch (argument) {
        case "-h", "--help" -> {
          return new Help(out, err).about("doctor");
        }
        case "-j", "--json" -> json = true;
        default -> {
          if (argument.startsWith("-") || wanted != null) {
            return Help.misunderstood(err, "doctor", "unexpected argument `" + argument + "'");
          }
          wanted = argument;
        }
      }
    }
    UapiSockets sockets = new UapiSockets();
    List<Patient> patients = new ArrayList<>();
    try {
      if (wanted == null) {
        // What is written and not running is no patient: it may be meant so.
        for (String name : new TreeSet<>(sockets.listUserspace())) {
          patients.add(examine(sockets, name, Configurations.file(name), false));
        }
      } else if (Configurations.isFile(wanted)) {
        Path file = Path.of(wanted);
        patients.add(examine(sockets, Configurations.interfaceName(file), file, true));
      } else {
        patients.add(examine(sockets, wanted, Configurations.file(wanted), false));
      }
    } catch (UapiException e) {
      err.println("warren doctor: " + Trouble.words(e));
      return 1;
    } catch (IOException e) {
      err.println("warren doctor: " + Trouble.words(e));
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
    Ink ink = Ink.choose(Ink.STANDARD_OUTPUT, environment);
    Ink.print(out, json ? json(patients) : said(patients, ink));
    for (Patient patient : patients) {
      if (!patient.verdict().findings().isEmpty()) {
        return 1;
      }
    }
    return 0;
  }

  /** Reads a configuration; that there is none is an error where it was asked for. */
  private ConfigFile read(Path path, boolean named) throws IOException {
    try {
      return ConfigFile.read(path, services);
    } catch (FileSystemException e) {
      if (named) {
        throw e;
      }
    } catch (IOException e) {
      if (named) {
        throw new IOException(path + ": " + e.getMessage(), e);
      }
    }
    return ConfigFile.NONE;
  }

  private Patient examine(UapiSockets sockets, String name, Path path, boolean named)
      throws IOException, InterruptedException {
    ConfigFile file = read(path, named);
    if (Ink.isTerminal(2)) {
      err.println("looking at " + name + "...");
    }
    if (!file.problems().isEmpty()) {
      Finding bad =
          new Finding(
              Finding.Cause.BAD_CONFIGURATION,
              null,
              path + " cannot be read",
              file.problems(),
              "correct these lines: `warren config check " + path + "' looks again");
      return new Patient(name, new Finding.Verdict(List.of(bad), List.of()));
    }
    Map<String, String> names =
        PeerNames.in(
            new String(file.text().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    if (sockets.isKernels(name)) {
      String kernel =
          "the kernel itself runs it, and cannot be asked here: see `wg show " + name + "'";
      return new Patient(name, new Finding.Verdict(List.of(), List.of(kernel)));
    }
    Path dated = Files.exists(path) ? path : null;
    Facts facts = new Examination(sockets, name, dated, file, names).facts();
    return new Patient(name, Judgement.of(facts));
  }

  private static String said(List<Patient> patients, Ink ink) {
    if (patients.isEmpty()) {
      return "no tunnels: no WireGuard is running here (`warren doctor FILE' looks at one that"
          + " should)\n";
    }
    StringBuilder text = new StringBuilder();
    for (Patient patient : patients) {
      text.append(text.isEmpty() ? "" : "\n");
      List<Finding> findings = patient.verdict().findings();
      text.append(ink.boldGreen(patient.name())).append(": ");
      String heading = heading(patient.verdict());
      text.append(findings.isEmpty() ? heading : ink.red(heading));
      text.append('\n');
      for (Finding finding : findings) {
        String peer = finding.peer();
        String title = peer == null ? "" : ink.boldYellow(peer) + ": ";
        text.append('\n');
        paragraph(text, "  " + title, 4, finding.what());
        for (String evidence : finding.evidence()) {
          paragraph(text, "    seen: ", 10, evidence);
        }
        String todo = "    " + ink.bold("to do") + ": ";
        paragraph(text, todo, Ink.width(todo), finding.advice());
      }
      if (!patient.verdict().notes().isEmpty()) {
        text.append('\n');
      }
      for (String note : patient.verdict().notes()) {
        paragraph(text, "  note: ", 8, note);
      }
    }
    return text.toString();
  }

  private static void paragraph(StringBuilder out, String beginning, int indent, String words) {
    int column = Ink.width(beginning);
    Paragraphs.wrap(out.append(beginning), words, column, indent, WIDTH);
  }

  private static String heading(Finding.Verdict verdict) {
    int findings = verdict.findings().size();
    return switch (findings) {
      case 0 -> "nothing wrong was found" + (verdict.notes().isEmpty() ? "" : ", but note");
      case 1 -> "one thing is wrong";
      default -> findings + " things are wrong";
    };
  }

  private static String json(List<Patient> patients) {
    JsonWriter json = new JsonWriter().object().name("interfaces").array();
    for (Patient patient : patients) {
      json.object().name("name").value(patient.name()).name("findings").array();
      for (Finding finding : patient.verdict().findings()) {
        json.object();
        json.name("cause").value(finding.cause().name().toLowerCase(Locale.ROOT));
        json.name("peer").value(finding.peer());
        json.name("what").value(finding.what());
        json.name("evidence").values(finding.evidence());
        json.name("advice").value(finding.advice());
        json.end();
      }
      json.end().name("notes").values(patient.verdict().notes()).end();
    }
    return json.end().end().text();
  }
}
