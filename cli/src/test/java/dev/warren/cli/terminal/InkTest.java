package dev.warren.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InkTest {
  private static final int NO_DESCRIPTOR = 9999;

  @Test
  void environmentDecides() {
    assertTrue(Ink.choose(NO_DESCRIPTOR, Map.of("WG_COLOR_MODE", "always")).isColoured());
    assertFalse(Ink.choose(NO_DESCRIPTOR, Map.of("WG_COLOR_MODE", "auto")).isColoured());
    assertFalse(Ink.choose(NO_DESCRIPTOR, Map.of()).isColoured());
  }

  @Test
  void clippingCountsWhatIsSeen() {
    String line = Ink.COLOURED.bold("peer") + " of " + Ink.COLOURED.green("wg0");
    assertEquals(line, Ink.clip(line, 11));
    assertEquals("\033[1mpeer\033[0m of \033[32mw\033[0m", Ink.clip(line, 9));
    assertEquals("\033[1mpe\033[0m", Ink.clip(line, 2));
    assertEquals(11, Ink.width(line));
    assertEquals("ab", Ink.clip("abc", 2));
    assertEquals("↓↑", Ink.clip("↓↑x", 2));
  }

  @Test
  void textsInColumns() {
    assertEquals("lap…", Ink.shorten("laptop", 4));
    assertEquals("laptop", Ink.shorten("laptop", 6));
    assertEquals("", Ink.shorten("laptop", 0));
    assertEquals("ab  |", Ink.left("ab", 4) + "|");
    assertEquals("  ab|", Ink.right("ab", 4) + "|");
    assertEquals("abcde", Ink.right("abcde", 4));
  }
}
