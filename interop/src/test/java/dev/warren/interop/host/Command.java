package dev.warren.interop.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One program with its arguments, run to its end.
 *
 * <p>What it prints goes to files rather than pipes: a child that goes to the background keeps its
 * parent's outputs open, and a pipe would then never end.
 */
public final class Command {
  /** No program of the harness that is waited for takes longer, unless it is told otherwise. */
  public static final Duration LIMIT = Duration.ofSeconds(60);

  /** By this name {@link Namespace} finds the files of a JVM that was killed. */
  private static final String TEMPORARY = "wrn-" + ProcessHandle.current().pid() + "-";

  /** What a program that ended has left. */
  public record Outcome(List<String> argv, int exitStatus, String stdout, String stderr) {
    /** This outcome if the program succeeded; a failure that quotes it otherwise. */
    public Outcome orFail() {
      if (exitStatus != 0) {
        throw new AssertionError(this);
      }
      return this;
    }

    @Override
    public String toString() {
      return String.join(" ", argv) + "\nexit " + exitStatus + "\n" + stdout + stderr;
    }
  }

  private Command() {}

  /** Runs and demands exit status 0. */
  public static Outcome run(String... argv) {
    return attempt(LIMIT, Map.of(), "", List.of(argv)).orFail();
  }

  /** Runs and reports, whatever the exit status. */
  public static Outcome attempt(
      Duration limit, Map<String, String> environment, String stdin, List<String> argv) {
    try {
      Path stdoutFile = Files.createTempFile(TEMPORARY, ".out");
      Path stderrFile = Files.createTempFile(TEMPORARY, ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(argv)
                .redirectOutput(stdoutFile.toFile())
                .redirectError(stderrFile.toFile());
        builder.environment().putAll(environment);
        int exitStatus = await(builder.start(), limit, stdin, argv);
        return new Outcome(
            argv, exitStatus, Files.readString(stdoutFile), Files.readString(stderrFile));
      } finally {
        Files.delete(stdoutFile);
        Files.delete(stderrFile);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int await(Process process, Duration limit, String stdin, List<String> argv)
      throws IOException {
    try (var out = process.getOutputStream()) {
      out.write(stdin.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A program may end without reading its input; its exit status then tells more.
      if (!stdin.isEmpty() && process.isAlive()) {
        throw e;
      }
    }
    try {
      if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after " + limit + ": " + String.join(" ", argv));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + String.join(" ", argv), e);
    }
  }
}
