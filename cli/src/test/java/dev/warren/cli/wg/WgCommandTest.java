package dev.warren.cli.wg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.uapi.UapiSockets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Debian's {@code wg} is not asked about: waiting, streams that fail, kernel interfaces. */
class WgCommandTest {
  private static final String KEY = "AQIDBAUGBwgBAgMEBQYHCAECAwQFBgcIAQIDBAUGBwg=";

  @TempDir Path folder;
  private final List<Long> pauses = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private boolean worldAccessible;

  private int run(OutputStream stdout, Map<String, String> variables, String... arguments) {
    return WgCommand.run(
        new WgEnvironment(
            new ByteArrayInputStream(new byte[0]),
            stdout,
            err,
            variables,
            new UapiSockets(folder.toFile(), folder.resolve("net").toFile()),
            name -> -1,
            new TestHost()),
        arguments);
  }

  private String err() {
    return err.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void asksAgainForATransientReason() {
    assertEquals(1, run(out, Map.of(), "set", "wg0", "peer", KEY, "endpoint", "192.0.2.1:service"));
    assertEquals(15, pauses.size());
    List<String> lines = err().lines().toList();
    String what = "Servname not supported for ai_socktype: `192.0.2.1:service'";
    assertEquals(what + ". Trying again in 1.00 seconds...", lines.getFirst());
    assertEquals(what + ". Trying again in 1.20 seconds...", lines.get(1));
    assertEquals(what + ". Trying again in 12.84 seconds...", lines.get(14));
    assertEquals(what, lines.getLast());
  }

  @Test
  void asksAsOftenAsItIsTold() {
    Map<String, String> twice = Map.of("WG_ENDPOINT_RESOLUTION_RETRIES", "2");
    assertEquals(1, run(out, twice, "set", "wg0", "peer", KEY, "endpoint", "192.0.2.1:service"));
    assertEquals(List.of(1_000_000L, 1_200_000L), pauses);
  }

  @Test
  void worldAccessibleKeysAreWarnedOf() {
    worldAccessible = true;
    assertEquals(0, run(out, Map.of(), "genkey"));
    assertTrue(err().startsWith("Warning: writing to world accessible file.\nConsider"));
    assertEquals(45, out.size());
  }

  @Test
  void anOutputThatFailsIsNoCrash() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertEquals(141, run(full, Map.of(), "--help"));
    assertEquals("", err());
  }

  @Test
  void kernelInterfacesAreNamed() throws IOException {
    Path kernels = Files.createDirectories(folder.resolve("net/wg5"));
    Files.writeString(kernels.resolve("uevent"), "DEVTYPE=wireguard\nINTERFACE=wg5\n");
    assertEquals(0, run(out, Map.of(), "show", "interfaces"));
    assertEquals("wg5\n", out.toString(StandardCharsets.ISO_8859_1));
    assertEquals(1, run(out, Map.of(), "show"));
    assertTrue(err().startsWith("Unable to access interface wg5: the kernel runs it"), err());
    assertEquals(1, run(out, Map.of(), "set", "wg5", "fwmark", "1"));
    assertTrue(err().contains("Unable to modify interface: the kernel runs it"), err());
  }

  @Test
  void secretsAreNotInTexts() {
    assertFalse(new InputFile(KEY, false, true).toString().contains(KEY));
  }

  private final class TestHost implements WgEnvironment.Host {
    @Override
    public boolean outIsTerminal() {
      return false;
    }

    @Override
    public boolean outIsWorldAccessible() {
      return worldAccessible;
    }

    @Override
    public long epochSeconds() {
      return 0;
    }

    @Override
    public void pause(long micros) {
      pauses.add(micros);
    }
  }
}
