package dev.warren.interop.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A program that goes on while the scenario does. What it prints on either output goes to a file.
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class Running implements AutoCloseable {
  private final List<String> argv;
  private final Process process;
  private final Path output;

  private Running(List<String> argv, Process process, Path output) {
    this.argv = argv;
    this.process = process;
    this.output = output;
  }

  static Running start(Map<String, String> environment, List<String> argv, Path output) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(argv)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      return new Running(argv, builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long processId() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Whether it waits for something, and so has done all it could; false once it has ended. */
  public boolean isAsleep() {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'S';
    } catch (IOException e) {
      return false;
    }
  }

  /** All it has printed so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends SIGTERM and returns at once. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGINT and returns at once. */
  public void interrupt() {
    Command.attempt(Command.LIMIT, Map.of(), "", List.of("kill", "-INT", "" + process.pid()));
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Command.LIMIT);
  }

  /** The exit status once it has ended; fails after {@code limit}. */
  public int awaitExit(Duration limit) {
    Await.until(() -> "end of " + this, limit, () -> !process.isAlive());
    return process.exitValue();
  }

  /** Waits until it has printed {@code text}; fails when it ends without. */
  public void awaitOutput(String text) {
    Await.until(
        () -> "\"" + text + "\" from " + this,
        Command.LIMIT,
        () -> output().contains(text) || !process.isAlive());
    if (!output().contains(text)) {
      throw new AssertionError("ended without \"" + text + "\": " + this);
    }
  }

  public OptionalInt exitStatus() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  @Override
  public String toString() {
    return String.join(" ", argv) + "\n" + output();
  }
}
