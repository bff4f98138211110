package dev.warren.interop.tool;

import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.cli.wg.WgCommand;
import dev.warren.cli.wg.WgEnvironment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Warren's {@code wg} in this process: its standard streams, its environment and the folder of its
 * sockets are handed in.
 *
 * <p>Owner: one thread.
 */
final class WarrenTool implements Tool {
  private final UapiSockets sockets;

  WarrenTool(Path socketDirectory) {
    sockets = new UapiSockets(socketDirectory.toFile(), new File("/sys/class/net"));
  }

  @Override
  public Outcome run(Case what, String device, Path path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    WgEnvironment environment =
        new WgEnvironment(
            new ByteArrayInputStream(what.stdin().getBytes(StandardCharsets.ISO_8859_1)),
            out,
            err,
            what.variables(),
            sockets,
            new ServiceNames(),
            new Host());
    String[] arguments =
        what.arguments(device, path.toString()).stream()
            .map(WarrenTool::bytes)
            .toArray(String[]::new);
    int status = WgCommand.run(environment, arguments);
    return new Outcome(
        status,
        out.toString(StandardCharsets.ISO_8859_1),
        err.toString(StandardCharsets.ISO_8859_1));
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Standard output is a file of our own. */
  private static final class Host implements WgEnvironment.Host {
    @Override
    public boolean outIsTerminal() {
      return false;
    }

    @Override
    public boolean outIsWorldAccessible() {
      return false;
    }

    @Override
    public long epochSeconds() {
      return System.currentTimeMillis() / 1000;
    }

    @Override
    public void pause(long micros) {
      throw new AssertionError("no case asks twice");
    }
  }
}
