package dev.warren.cli.quick;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines that are not understood, or only ask. */
class QuickCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return QuickCommand.run(
        List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  @Test
  void whichOne() {
    assertEquals(2, run("up"));
    assertEquals(
        "warren up: which interface or file? (see `warren up --help')\n", err.toString(UTF_8));
  }

  @Test
  void oneAtATime() {
    assertEquals(2, run("down", "wg0", "wg1"));
    assertEquals(
        "warren down: one interface or file, and nothing else, is expected"
            + " (see `warren down --help')\n",
        err.toString(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "up", "sideways wg0", "up wg0 wg1", "--help wg0"})
  void wgQuickSaysItsUsage(String arguments) {
    assertEquals(1, run(("wg-quick " + arguments).strip().split(" ")));
    assertTrue(err.toString(UTF_8).startsWith("Usage: wg-quick [ up | down | save | strip ] ["));
    assertTrue(err.toString(UTF_8).lines().allMatch(line -> line.length() <= 88));
    assertEquals(0, out.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void wgQuickIsAsked(String argument) {
    assertEquals(0, run("wg-quick", argument));
    assertTrue(err.toString(UTF_8).startsWith("Usage: wg-quick "));
  }
}
