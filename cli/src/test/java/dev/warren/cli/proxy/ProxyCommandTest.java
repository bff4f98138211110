package dev.warren.cli.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says before it serves. */
class ProxyCommandTest {
  private static final String KEY = "YAnz5TF+lXXJte14tji3zlMNftft3lj0R0lRzMNdvUs=";
  private static final String TUNNEL =
      """
      [Interface]
      PrivateKey = %s
      Address = 10.0.0.2/32
      [Peer]
      PublicKey = %s
      """
          .formatted(KEY, KEY);

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void keepOthersOut() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  private int run(String... arguments) {
    return new ProxyCommand(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of("WORD", "secret"),
            service -> -1)
        .run(List.of(arguments));
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void aGoodFile() throws IOException {
    String file =
        file(
            "a.conf",
            TUNNEL + "[Socks5]\nBindAddress = 127.0.0.1:0\nUsername = me\nPassword = $WORD\n");
    for (String test : new String[] {"-n", "--configtest"}) {
      out.reset();
      assertEquals(0, run(test, "-c", file));
      assertEquals("Config OK\n", out.toString(UTF_8));
      assertEquals("", err.toString(UTF_8));
    }
  }

  @Test
  void everyProblemWithItsPlace() throws IOException {
    String file = file("a.conf", TUNNEL + "[Socks5]\nUser = me\n[httpd]\n");
    assertEquals(1, run("-n", file));
    String said = err.toString(UTF_8);
    assertTrue(said.startsWith("warren proxy: " + file + ":6:1: [Socks5] without Bind"), said);
    assertTrue(said.contains("\nwarren proxy: " + file + ":7:1: no such setting"), said);
    assertTrue(said.contains("\nwarren proxy: " + file + ":8:1: no such section"), said);
  }

  @Test
  void includedFiles() throws IOException {
    file("wg0.conf", TUNNEL);
    String socks = "[Socks5]\nBindAddress = 127.0.0.1:0\n";
    assertEquals(0, run("-n", file("a.conf", "WGConfig = wg0.conf\n" + socks)));
    assertEquals(
        0, run("-n", file("b.conf", "WGConfig = " + folder.resolve("wg0.conf") + "\n" + socks)));
    assertEquals(1, run("-n", file("c.conf", "WGConfig = none.conf\n" + socks)));
    assertTrue(err.toString(UTF_8).endsWith("none.conf' does not exist\n"));
    assertEquals(1, run("-n", file("d.conf", "WGConfig = a.conf\n" + socks)));
    assertTrue(err.toString(UTF_8).endsWith("WGConfig in a file that WGConfig names\n"));
  }

  @Test
  void othersMayRead() throws IOException {
    String file = file("a.conf", TUNNEL + "[Socks5]\nBindAddress = 127.0.0.1:0\n");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(0, run("-n", file));
    assertEquals("Warning: `" + file + "' is world accessible\n", err.toString(UTF_8));
  }

  @Test
  void nothingToServe() throws IOException {
    String file = file("a.conf", TUNNEL);
    assertEquals(1, run(file));
    assertTrue(err.toString(UTF_8).contains(file + ": nothing to serve; add a section"));
    assertEquals(0, run("-n", "--stdio", "10.0.0.1:22", file));
    String two = "[STDIOTunnel]\nTarget = a:1\n";
    assertEquals(1, run("-n", file("b.conf", TUNNEL + two + two)));
  }

  @Test
  void commandLines() {
    for (String[] bad :
        new String[][] {
          {},
          {"a", "b"},
          {"-c"},
          {"--password", "x", "a"},
          {"-d", "a"},
          {"--stdio", "10.0.0.1", "a"},
          {"--stdio", ":22", "a"},
          {"-i", "x", "a"},
        }) {
      assertEquals(2, run(bad), String.join(" ", bad));
    }
    assertEquals(1, run("/no/such/file"));
    assertTrue(err.toString(UTF_8).endsWith("warren proxy: `/no/such/file' does not exist\n"));
  }

  @Test
  void infoIsForThisMachine() throws ProxyOptions.BadWord {
    for (String port : new String[] {"9080", ":9080"}) {
      assertEquals(
          "127.0.0.1:9080", String.valueOf(ProxyOptions.parse(List.of("-i", port, "a")).info));
    }
    assertEquals(
        "0.0.0.0:9080",
        String.valueOf(ProxyOptions.parse(List.of("-i", "0.0.0.0:9080", "a")).info));
    assertThrows(ProxyOptions.BadWord.class, () -> ProxyOptions.parse(List.of("-i", "70000", "a")));
  }
}
