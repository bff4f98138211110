package dev.warren.cli;

import dev.warren.crypto.CryptoEngines;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * What the build runs to learn which classes and methods Warren needs, for the ahead-of-time cache
 * that {@code ./warren} starts from. It needs no root and leaves nothing behind.
 *
 * <p><b>Errors:</b> exit status 1 when a part could not be run; what was learnt until then is kept.
 */
final class TrainingRun {
  private TrainingRun() {}

  /** Runs for as many seconds as the first argument says. */
  public static void main(String[] arguments) throws Exception {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Main.run(new String[] {"version"}, nowhere, nowhere);
    CryptoEngines.inUse();
    Rehearsal.perform(TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0])));
    System.exit(0);
  }
}
