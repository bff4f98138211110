package dev.warren.cli.help;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks text into lines.
 *
 * <p><b>Units:</b> columns; the texts are plain ASCII or nearly so, one column a character.
 */
public final class Paragraphs {
  private Paragraphs() {}

  /** The paragraphs of a text; each one line, but for those that begin with a blank. */
  static List<String> of(String text) {
    List<String> paragraphs = new ArrayList<>();
    for (String paragraph : text.strip().split("\n\\s*\n", -1)) {
      boolean asItIs = paragraph.startsWith(" ");
      paragraphs.add(asItIs ? paragraph : paragraph.replace('\n', ' '));
    }
    return paragraphs;
  }

  /**
   * Appends words, never past the width, each line but the first indented.
   *
   * @param column where the first word stands
   */
  public static void wrap(StringBuilder out, String words, int column, int indent, int width) {
    int at = column;
    boolean first = true;
    for (String word : words.split(" ", -1)) {
      if (!first && at + 1 + word.length() > width) {
        out.append('\n').repeat(' ', indent);
        at = indent;
        first = true;
      }
      if (!first) {
        out.append(' ');
        at++;
      }
      out.append(word);
      at += word.length();
      first = false;
    }
    out.append('\n');
  }
}
