package dev.warren.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.cli.wg.LinuxWgHost;
import dev.warren.cli.wg.WgCommand;
import dev.warren.cli.wg.WgEnvironment;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.engine.UapiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the build runs to learn which classes and methods Warren needs, for the ahead-of-time cache
 * that {@code ./warren} starts from. It needs no root and leaves nothing behind.
 *
 * <p><b>Errors:</b> an exception; then there is no cache, and no harm but a slower start.
 */
final class TrainingRun {
  private static final String NAME = "training";

  private TrainingRun() {}

  /** Runs for about as many seconds as the first argument says. */
  public static void main(String[] arguments) throws Exception {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, US_ASCII);
    for (String command : new String[] {"version", "help", "wg"}) {
      Main.run(new String[] {command}, nowhere, nowhere);
    }
    Path folder = Files.createTempDirectory("warren-training");
    try {
      long packets =
          Rehearsal.perform(
              TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0])),
              engine -> configure(engine, folder));
      System.out.println(packets + " packets");
    } finally {
      Files.deleteIfExists(folder);
    }
    System.exit(0);
  }

  /** Has {@code wg} ask and change a device by its socket. */
  private static void configure(Engine engine, Path folder) throws IOException {
    Log log = new Log(Log.Level.SILENT, line -> {});
    try (UapiServer server = UapiServer.open(folder, NAME, engine, zone -> 0, log)) {
      server.start();
      WgEnvironment environment =
          new WgEnvironment(
              new ByteArrayInputStream(new byte[0]),
              OutputStream.nullOutputStream(),
              OutputStream.nullOutputStream(),
              Map.of("WG_COLOR_MODE", "always"),
              new UapiSockets(folder.toFile(), folder.toFile()),
              new ServiceNames(),
              new LinuxWgHost());
      WgCommand.run(environment, "show");
      WgCommand.run(environment, "show", NAME, "dump");
      WgCommand.run(environment, "showconf", NAME);
      WgCommand.run(environment, "set", NAME, "fwmark", "0");
    }
  }
}
