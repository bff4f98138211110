package dev.warren.cli.doctor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Programs that are asked: {@code ip}, {@code ping}, {@code nft}.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> null where a program is not installed or does not end in time.
 */
final class Commands {
  private static final long LIMIT_SECONDS = 15;

  private Commands() {}

  /** What a program printed on both outputs. */
  record Output(int exitStatus, String text) {}

  static @Nullable Output run(String... argv) {
    try {
      ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
      builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      // The words are read here, so they must be English.
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      try (InputStream in = process.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          return null;
        }
        return new Output(process.exitValue(), text);
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
