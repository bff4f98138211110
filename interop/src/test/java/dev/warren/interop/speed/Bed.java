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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Entry point of {@code bench/bed}. */
public final class Bed {
  private final PrintStream progress;
  private final BedOptions options;
  private final Results first;
  private final Results second;
  private final Instant start = Instant.now();
  private final List<String> failures = new ArrayList<>();

  private Bed(PrintStream progress, BedOptions options) {
    this.progress = progress;
    this.options = options;
    this.first = new Results(options.first().label());
    this.second = new Results(options.second().label());
  }

  /** Exit status 1 when a step failed, 2 for a wrong command line. */
  public static void main(String[] arguments) throws IOException {
    List<String> given = List.of(arguments);
    if (given.contains("--help") || given.contains("-h")) {
      System.out.print(BedOptions.usage());
      return;
    }
    Bed bed;
    try {
      bed = new Bed(System.err, BedOptions.parse(given));
    } catch (BedOptions.Wrong e) {
      System.err.println("bed: " + e.getMessage() + "; see bench/bed --help");
      System.exit(2);
      return;
    }
    System.out.print(bed.run());
    System.exit(bed.failures.isEmpty() ? 0 : 1);
  }

  private String run() throws IOException {
    if (options.first().equals(Implementation.WARREN)
        || options.second().equals(Implementation.WARREN)) {
      progress.println("bed: building Warren if need be");
      if (!Implementation.warrenRuns()) {
        throw new IllegalStateException("./warren run does not work here; try ./warren run --help");
      }
    }
    String heading = heading();
    List<Schedule.Step> steps = new Schedule(options, first, second).steps();
    int estimate = steps.stream().mapToInt(Schedule.Step::estimateSeconds).sum();
    progress.printf("bed: this will take about %s%n", clock(estimate));
    for (Schedule.Step step : steps) {
      take(step, estimate);
    }
    progress.printf("bed: done in %s%n", clock(start.until(Instant.now(), ChronoUnit.SECONDS)));
    String table = heading + Results.table(first, second);
    for (String failure : failures) {
      table += "%nFailed in part: %s%n".formatted(failure);
    }
    return table;
  }

  /** A step that fails costs its figures and not those of hours before it. */
  private void take(Schedule.Step step, int estimate) {
    String title = step.title();
    try {
      step.work()
          .run(
              new Sink() {
                @Override
                public void accept(Measure measure, double value) {
                  step.results().add(measure, value);
                  String row = measure.title(options.first().label(), options.second().label());
                  note(row + ": " + measure.format(value));
                }

                @Override
                public void note(String text) {
                  String now = clock(start.until(Instant.now(), ChronoUnit.SECONDS));
                  progress.printf(
                      "bed: %s of about %s, %s: %s%n", now, clock(estimate), title, text);
                }
              });
    } catch (AssertionError e) {
      failures.add(title);
      progress.printf("bed: %s failed: %s%n", title, e.getMessage());
    }
  }

  private static String clock(long seconds) {
    return "%d:%02d".formatted(seconds / 60, seconds % 60);
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
            options.rounds(),
            options.seconds());
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
