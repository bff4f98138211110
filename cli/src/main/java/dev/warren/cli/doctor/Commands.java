package dev.warren.cli.doctor;

import dev.warren.cli.program.BriefProgram;
import java.io.File;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Programs that are asked: {@code ip}, {@code ping}, {@code nft}.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> null where a program is not installed or does not end in time.
 */
final class Commands {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private Commands() {}

  /** Runs a program; what it printed on both outputs. */
  static BriefProgram.@Nullable Output run(String... argv) {
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    // The words are read here, so they must be English.
    builder.environment().put("LC_ALL", "C");
    return BriefProgram.run(builder, LIMIT);
  }
}
