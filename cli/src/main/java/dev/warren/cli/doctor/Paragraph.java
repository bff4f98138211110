package dev.warren.cli.doctor;

/** Text in lines of at most 80 columns. */
final class Paragraph {
  private static final int COLUMNS = 80;

  private Paragraph() {}

  /** All lines but the first are indented as far as its beginning. */
  static void append(StringBuilder out, String beginning, String text) {
    append(out, beginning, beginning.length(), beginning.length(), text);
  }

  /**
   * Appends a paragraph.
   *
   * @param columns what {@code beginning} takes, its colours aside
   * @param indent of all lines but the first
   */
  static void append(StringBuilder out, String beginning, int columns, int indent, String text) {
    out.append(beginning);
    int column = columns;
    boolean first = true;
    for (String word : text.split(" ", -1)) {
      if (!first && column + 1 + word.length() > COLUMNS) {
        out.append('\n').append(" ".repeat(indent));
        column = indent;
        first = true;
      }
      out.append(first ? "" : " ").append(word);
      column += word.length() + (first ? 0 : 1);
      first = false;
    }
    out.append('\n');
  }
}
