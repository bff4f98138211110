package dev.warren.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.CryptoEngines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person reads who got something wrong: one line, without having made an interface. */
class RunCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(Map<String, String> environment, String... arguments) {
    return new RunCommand(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment)
        .run(List.of(arguments));
  }

  private void assertSays(int status, String line, String... arguments) {
    assertEquals(status, run(Map.of(), arguments));
    assertEquals(line + "\n", err.toString(UTF_8));
    assertEquals(0, out.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help"})
  void help(String option) {
    assertEquals(0, run(Map.of(), "-f", option, "wg0"));
    assertTrue(out.toString(UTF_8).startsWith("usage: warren run [-f] INTERFACE\n"));
    assertEquals(0, err.size());
  }

  @Test
  void noInterface() {
    assertSays(2, "warren run: which interface? (see `warren run --help')");
  }

  @Test
  void twoInterfaces() {
    assertSays(
        2, "warren run: unexpected argument `wg1' (see `warren run --help')", "wg0", "-f", "wg1");
  }

  @Test
  void unknownOption() {
    assertSays(2, "warren run: unexpected argument `-b' (see `warren run --help')", "-b", "wg0");
  }

  @Test
  void nameIsTooLong() {
    assertSays(
        1,
        "warren: the interface name 'wg-0123456789abc' has 16 bytes; Linux allows 15 at most"
            + " (TUNSETIFF: EINVAL)",
        "-f",
        "wg-0123456789abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../wg0", "wg%d", "wg 0", "wg:0"})
  void nameIsNone(String name) {
    assertEquals(1, run(Map.of(), "-f", name));
    String said = err.toString(UTF_8);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.startsWith("warren: "), said);
    assertTrue(said.contains("interface name"), said);
  }

  /** The launcher of a test is not ours, so there is nothing to start again. */
  @Test
  void cannotGoToTheBackground() {
    assertSays(
        1,
        "warren: cannot go to the background: /proc does not say how this program was started;"
            + " use -f",
        "wg0");
  }

  @Test
  void unknownLogLevelIsSaidAndNoReasonNotToRun() {
    assertEquals(1, run(Map.of("LOG_LEVEL", "info"), "-f", ".."));
    List<String> said = err.toString(UTF_8).lines().toList();
    assertEquals(2, said.size());
    assertEquals(
        "warren: LOG_LEVEL can be verbose, error or silent; taking error", said.getFirst());
  }

  @ParameterizedTest
  @ValueSource(strings = {"verbose", "debug", "ERROR", "silent", ""})
  void knownLogLevel(String level) {
    assertEquals(1, run(Map.of("LOG_LEVEL", level), "-f", ".."));
    assertEquals(1, err.toString(UTF_8).lines().count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "65", "1.5"})
  void wrongNumberOfWorkers(String workers) {
    assertEquals(2, run(Map.of("WARREN_WORKERS", workers), "-f", "wg0"));
    assertEquals(
        "warren run: WARREN_WORKERS can be a number from 0 to 64 (see `warren run --help')\n",
        err.toString(UTF_8));
  }

  @Test
  void wrongOffloads() {
    assertEquals(2, run(Map.of("WARREN_OFFLOAD", "tso"), "-f", "wg0"));
    assertEquals(1, err.toString(UTF_8).lines().count());
    assertTrue(err.toString(UTF_8).contains("WARREN_OFFLOAD can be none, or any of"));
  }

  @Test
  void unknownCryptography() {
    System.setProperty(CryptoEngines.PROPERTY, "rot13");
    try {
      assertEquals(1, run(Map.of(), "-f", "wg0"));
      String said = err.toString(UTF_8);
      assertEquals(1, said.lines().count());
      assertTrue(said.startsWith("warren: warren.crypto is 'rot13'; it may be "), said);
      err.reset();
      assertEquals(
          1,
          Main.run(
              new String[] {"--version"},
              new PrintStream(out, true, UTF_8),
              new PrintStream(err, true, UTF_8)));
      assertEquals(1, err.toString(UTF_8).lines().count());
    } finally {
      System.clearProperty(CryptoEngines.PROPERTY);
    }
  }
}
