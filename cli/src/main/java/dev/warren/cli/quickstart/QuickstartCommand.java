package dev.warren.cli.quickstart;

import dev.warren.cli.help.Help;
import dev.warren.cli.program.OwnProgram;
import dev.warren.cli.terminal.Ink;
import dev.warren.crypto.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code warren quickstart [FOLDER]}; and {@code quickstart --machine FILE}, which the two
 * processes run that it starts.
 *
 * <p><b>Owner:</b> the main thread.
 *
 * <p><b>Errors:</b> exit status 0 when the page came through the tunnel, 1 when it did not, 2 for a
 * command line that is not understood. What was made is taken away then, and at Ctrl-C.
 */
public final class QuickstartCommand {
  private static final String MACHINE = "--machine";
  private static final Path FOLDER = Path.of("warren-quickstart");

  /** A machine whose parent does not end it after a signal ends by itself. */
  private static final long SIGNAL_SECONDS = 5;

  /** How long each direction is measured. */
  private static final long SPEED_MILLIS = 2_000;

  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;
  private final Map<String, String> environment;

  /** A command that writes here. */
  public QuickstartCommand(
      PrintStream out, PrintStream err, InputStream in, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.in = in;
    this.environment = environment;
  }

  /** Runs it; the exit status. */
  public int run(List<String> arguments) {
    if (arguments.size() == 2 && arguments.getFirst().equals(MACHINE)) {
      return machine(Path.of(arguments.getLast()));
    }
    if (arguments.size() > 1 || (!arguments.isEmpty() && arguments.getFirst().startsWith("-"))) {
      return Help.misunderstood(err, "quickstart", "into which folder?");
    }
    Path folder = arguments.isEmpty() ? FOLDER : Path.of(arguments.getFirst());
    Screen screen = new Screen(out, Ink.choose(Ink.STANDARD_OUTPUT, environment));
    TwoFiles files = new TwoFiles(folder);
    Demonstration demonstration =
        new Demonstration(
            files,
            screen,
            SPEED_MILLIS,
            (name, file) ->
                MachineHandle.start(
                    name,
                    OwnProgram.commandAnywhere(
                        List.of("quickstart", MACHINE, file.toAbsolutePath().toString()))));
    Thread hook = Thread.ofPlatform().name("quickstart-signal").unstarted(demonstration::abandon);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      demonstration.run(RandomSource.secure());
      return 0;
    } catch (Failure e) {
      if (demonstration.isAbandoned()) {
        // Ctrl-C: the JVM is on its way out with its own status, and there is nothing to explain.
        return 1;
      }
      demonstration.abandon();
      screen.breakOff();
      err.println("warren quickstart: " + e.cause());
      if (!e.mend().isEmpty()) {
        err.println("warren quickstart: to mend it: " + e.mend());
      }
      return 1;
    }
  }

  /** One of the two processes. */
  private int machine(Path file) {
    CountDownLatch left = new CountDownLatch(1);
    // Ctrl-C comes to the parent and its children alike; the children wait for the parent's word,
    // so that no step fails on the way out.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> await(left)));
    try (Joined joined = JoinedTunnel.open(file)) {
      new MachineLoop(joined, out).run(in);
      return 0;
    } catch (IOException e) {
      MachineLoop.refuse(out, e);
      return 1;
    } finally {
      left.countDown();
    }
  }

  private static void await(CountDownLatch left) {
    try {
      var _ = left.await(SIGNAL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
