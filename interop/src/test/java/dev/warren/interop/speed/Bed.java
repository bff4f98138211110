package dev.warren.interop.speed;

import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Entry point of {@code bench/bed}. */
public final class Bed {
  private static final String USAGE =
      """
      usage: bench/bed [--rounds N] [--seconds S] [A [B]]

      Measures A B A B ... for N rounds (2) with streams of S seconds (5), and prints a
      Markdown table. A and B (warren and wireguard-go) are each

        warren            this checkout's
        wireguard-go      Debian's
        LABEL=PATH        another wireguard-go, or another checkout's `warren` script

      Wants root and an idle machine: the table begins with the load it met.
      """;

  private final PrintStream progress;
  private int rounds = 2;
  private int seconds = 5;
  private Implementation first = Implementation.WARREN;
  private Implementation second = Implementation.WIREGUARD_GO;

  private Bed(PrintStream progress) {
    this.progress = progress;
  }

  public static void main(String[] arguments) throws IOException {
    Bed bed = new Bed(System.err);
    if (!bed.parse(new ArrayDeque<>(List.of(arguments)))) {
      System.err.print(USAGE);
      System.exit(2);
    }
    System.out.print(bed.run());
  }

  private boolean parse(Deque<String> arguments) {
    int named = 0;
    while (!arguments.isEmpty()) {
      String argument = arguments.removeFirst();
      switch (argument) {
        case "--rounds", "--seconds" -> {
          if (arguments.isEmpty() || !arguments.getFirst().matches("[1-9][0-9]{0,3}")) {
            return false;
          }
          int value = Integer.parseInt(arguments.removeFirst());
          if (argument.equals("--rounds")) {
            rounds = value;
          } else {
            seconds = value;
          }
        }
        default -> {
          if (argument.startsWith("-") || named == 2) {
            return false;
          }
          if (named++ == 0) {
            first = implementation(argument);
          } else {
            second = implementation(argument);
          }
        }
      }
    }
    return true;
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

  private String run() throws IOException {
    if (first.equals(Implementation.WARREN) || second.equals(Implementation.WARREN)) {
      progress.println("bed: building Warren if need be");
      if (!Implementation.warrenRuns()) {
        throw new IllegalStateException("./warren run does not work here; try ./warren run --help");
      }
    }
    String heading = heading();
    Results a = new Results(first);
    Results b = new Results(second);
    for (int round = 1; round <= rounds; round++) {
      measure(round, a);
      measure(round, b);
    }
    return heading + Results.table(a, b);
  }

  private void measure(int round, Results results) {
    Instant start = Instant.now();
    try (Bench bench = new Bench(results.implementation())) {
      bench.measure(
          seconds,
          (measure, value) -> {
            results.add(measure, value);
            progress.printf(
                "bed: round %d of %d, %s, %d s: %s %s%n",
                round,
                rounds,
                results.implementation(),
                start.until(Instant.now(), ChronoUnit.SECONDS),
                measure.title(),
                measure.format(value));
          });
    }
  }

  /** What a reader needs to judge the figures: when, where, of what, and in what company. */
  private String heading() throws IOException {
    String processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .findFirst()
            .map(line -> line.replaceFirst("[^:]*: ", ""))
            .orElse("unknown processor");
    return "%s, %d x %s, Linux %s, load %s, commit %s; %d rounds, %d s a stream%n%n"
        .formatted(
            Instant.now().truncatedTo(ChronoUnit.MINUTES),
            Runtime.getRuntime().availableProcessors(),
            processor,
            Files.readString(Path.of("/proc/sys/kernel/osrelease"), StandardCharsets.UTF_8).strip(),
            Files.readString(Path.of("/proc/loadavg"), StandardCharsets.UTF_8).split(" ", -1)[0],
            commit(),
            rounds,
            seconds);
  }

  private static String commit() {
    List<String> argv =
        List.of(
            "git",
            "-C",
            Implementation.repository().toString(),
            "describe",
            "--always",
            "--dirty",
            "--abbrev=10");
    return Command.attempt(Duration.ofSeconds(20), Map.of(), "", argv).stdout().strip();
  }
}
