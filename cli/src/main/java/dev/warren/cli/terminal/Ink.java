package dev.warren.cli.terminal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Colours, or none.
 *
 * <p>Only the sixteen colours that a terminal's owner chose to suit its background, and bold, so
 * that both dark and light ones are readable.
 *
 * <p><b>Owner:</b> any thread; immutable.
 *
 * <p><b>Source:</b> {@code WG_COLOR_MODE} as {@code wg} takes it; no-color.org.
 */
public final class Ink {
  /** No colours: for files, pipes and those who do not want them. */
  public static final Ink PLAIN = new Ink(false);

  /** Colours, whatever is written to. */
  public static final Ink COLOURED = new Ink(true);

  private static final String ESCAPE = "\033[";

  /** Descriptor of standard output. */
  public static final int STANDARD_OUTPUT = 1;

  private final boolean coloured;

  private Ink(boolean coloured) {
    this.coloured = coloured;
  }

  /** What suits this descriptor and environment. */
  public static Ink choose(int fd, Map<String, String> environment) {
    String mode = environment.getOrDefault("WG_COLOR_MODE", "");
    if (mode.equals("always")) {
      return COLOURED;
    }
    boolean unwanted =
        mode.equals("never")
            || !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    return !unwanted && isTerminal(fd) ? COLOURED : PLAIN;
  }

  /** Whether a descriptor of this process is a terminal; without asking the C library. */
  public static boolean isTerminal(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Prints in UTF-8, whatever the locale: under sudo it is often none. */
  public static void print(PrintStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  /** Whether this gives colours. */
  public boolean isColoured() {
    return coloured;
  }

  public String bold(String text) {
    return paint("1", text);
  }

  /** The name of an interface, as {@code wg} shows it. */
  public String boldGreen(String text) {
    return paint("1;32", text);
  }

  public String green(String text) {
    return paint("32", text);
  }

  public String boldYellow(String text) {
    return paint("1;33", text);
  }

  public String yellow(String text) {
    return paint("33", text);
  }

  public String red(String text) {
    return paint("31", text);
  }

  public String boldRed(String text) {
    return paint("1;31", text);
  }

  public String cyan(String text) {
    return paint("36", text);
  }

  private String paint(String code, String text) {
    return coloured && !text.isEmpty() ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
  }

  /** What of a line with colours fits into so many columns; the rest is cut off. */
  public static String clip(String line, int columns) {
    int shown = 0;
    int i = 0;
    boolean painted = false;
    while (i < line.length()) {
      if (line.charAt(i) == '\033') {
        int end = line.indexOf('m', i);
        if (end < 0) {
          break;
        }
        painted = true;
        i = end + 1;
        continue;
      }
      if (shown == columns) {
        return painted ? line.substring(0, i) + ESCAPE + "0m" : line.substring(0, i);
      }
      i += Character.charCount(line.codePointAt(i));
      shown++;
    }
    return line;
  }

  /** How many columns a line with colours takes. */
  public static int width(String line) {
    int shown = 0;
    for (int i = 0; i < line.length(); i += Character.charCount(line.codePointAt(i))) {
      if (line.charAt(i) == '\033') {
        i = Math.max(i, line.indexOf('m', i));
      } else {
        shown++;
      }
    }
    return shown;
  }

  /** What of a text fits into so many columns, with {@code …} at its end where it does not. */
  public static String shorten(String text, int columns) {
    int length = text.codePointCount(0, text.length());
    if (length <= columns) {
      return text;
    }
    return columns <= 0 ? "" : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + "…";
  }

  /** The text and spaces after it. */
  public static String left(String text, int columns) {
    return text + spaces(columns - text.codePointCount(0, text.length()));
  }

  /** The text and spaces before it. */
  public static String right(String text, int columns) {
    return spaces(columns - text.codePointCount(0, text.length())) + text;
  }

  private static String spaces(int count) {
    return " ".repeat(Math.max(0, count));
  }
}
