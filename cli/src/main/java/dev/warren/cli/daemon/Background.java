package dev.warren.cli.daemon;

import dev.warren.cli.program.OwnProgram;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A daemon that is being started in the background: this same program with {@code run
 * --foreground}, started as this process was.
 *
 * <p>It says {@link #READY} on its standard output once its interface and socket exist, and lets go
 * of the terminal. Until then what it has to complain of goes to our standard error.
 *
 * <p><b>Owner:</b> the thread that starts it; {@link #stop} any thread.
 *
 * <p><b>Errors:</b> {@link IOException} when it cannot be started at all.
 */
public final class Background {
  /** Set in the environment of the daemon. */
  public static final String VARIABLE = "WARREN_IN_BACKGROUND";

  /** What the daemon says once all is well. */
  public static final String READY = "ready";

  private final Process process;

  private Background(Process process) {
    this.process = process;
  }

  /** Starts the daemon of an interface, with these names of endpoints to look after. */
  public static Background start(String name, EndpointNames names) throws IOException {
    List<String> command = OwnProgram.command(List.of("run", "--foreground", name));
    if (command == null) {
      throw new IOException(
          "cannot go to the background: /proc does not say how this program was started; use -f");
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(VARIABLE, "1");
    // A daemon must not keep the folder in use that it happened to be started in.
    builder.directory(new File("/"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    if (names.isEmpty()) {
      builder.environment().remove(EndpointNames.VARIABLE);
      builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    } else {
      builder.environment().put(EndpointNames.VARIABLE, EndpointNames.FROM_STANDARD_INPUT);
    }
    Process process = builder.start();
    if (!names.isEmpty()) {
      try (OutputStream to = process.getOutputStream()) {
        to.write(names.toString().getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended already, and says why.
      }
    }
    return new Background(process);
  }

  /**
   * Waits until it is ready, or is not to be.
   *
   * @return 0, or the status that it ended with
   */
  public int await() throws IOException, InterruptedException {
    try (var said = process.inputReader()) {
      if (READY.equals(said.readLine())) {
        return 0;
      }
    }
    int status = process.waitFor();
    return status == 0 ? 1 : status;
  }

  /** Ends it; it cleans up. */
  public void stop() {
    process.destroy();
  }

  /** Its process. */
  public Process process() {
    return process;
  }
}
