package dev.warren.cli.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.uapi.UapiSockets;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    UapiSockets sockets = new UapiSockets(folder.toFile(), folder.toFile());
    return new StatusCommand(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            InputStream.nullInputStream(),
            Map.of(),
            sockets)
        .run(List.of(arguments));
  }

  @Test
  void interfaceThatCannotBeAsked() {
    assertEquals(1, run("--json", "wg9"));
    assertTrue(out.toString(UTF_8).contains("\"error\": "), out.toString(UTF_8));
    assertEquals(0, err.size());
  }

  @Test
  void nothingRuns() {
    assertEquals(0, run("-n"));
    assertEquals(0, err.size());
  }

  @Test
  void notUnderstood() {
    assertEquals(2, run("--what"));
    assertEquals(
        "warren status: no option `--what' (see `warren status --help')\n", err.toString(UTF_8));
  }
}
