package dev.warren.cli.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that prints something and ends, or is ended.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> null where it is not installed or does not end in time.
 */
public final class BriefProgram {
  private BriefProgram() {}

  /** How a program ended, and what it printed, read as UTF-8. */
  public record Output(int exitStatus, String text) {}

  /** Runs a program to its end and reads its standard output. */
  public static @Nullable Output run(ProcessBuilder builder, Duration limit) {
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return null;
    }
    // Reading lasts as long as the program, and nothing but its end ends that.
    CompletableFuture<Process> ended =
        process.onExit().orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
    var _ =
        ended.whenComplete(
            (done, late) -> {
              if (late != null) {
                destroy(process);
              }
            });
    try (InputStream in = process.getInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int exitStatus = process.waitFor();
      return ended.isCompletedExceptionally() ? null : new Output(exitStatus, text);
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      destroy(process);
    }
  }

  /** Ends it and those that it started: they have its output open. */
  private static void destroy(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
