package dev.warren.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class MainTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Main.run(
        arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  @Test
  void saysItsVersion() {
    assertEquals(0, run("--version"));
    assertTrue(out.toString(UTF_8).startsWith("warren "));
  }

  @Test
  void helpIsNoError() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString(UTF_8).contains("usage: warren"));
  }

  @Test
  void doesNotGuess() {
    assertEquals(2, run("fly"));
    assertEquals("warren: no command `fly' (see `warren help')\n", err.toString(UTF_8));
    assertEquals(0, out.size());
  }

  @Test
  void saysHowToUseItWhenNothingWasAsked() {
    assertEquals(2, run());
    assertTrue(err.toString(UTF_8).startsWith("usage: warren COMMAND"));
    assertEquals(0, out.size());
  }

  @Test
  void helpFitsATerminal() {
    run("--help");
    run("run", "--help");
    assertEquals(0, err.size());
    out.toString(UTF_8).lines().forEach(line -> assertTrue(line.length() <= 80, line));
  }
}
