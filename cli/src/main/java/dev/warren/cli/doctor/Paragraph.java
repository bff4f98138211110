package dev.warren.cli.doctor;

/** Text in lines of at most 80 columns, all but the first indented as far as its beginning. */
final class Paragraph {
  private static final int COLUMNS = 80;

  private Paragraph() {}

  static void append(StringBuilder out, String beginning, String text) {
    append(out, beginning, beginning, text);
  }

  /** {@code shown} is what {@code beginning} is without its colours. */
  static void append(StringBuilder out, String beginning, String shown, String text) {
    String indent = " ".repeat(shown.length());
    out.append(beginning);
    int column = shown.length();
    boolean first = true;
    for (String word : text.split(" ", -1)) {
      if (!first && column + 1 + word.length() > COLUMNS) {
        out.append('\n').append(indent);
        column = indent.length();
        first = true;
      }
      out.append(first ? "" : " ").append(word);
      column += word.length() + (first ? 0 : 1);
      first = false;
    }
    out.append('\n');
  }
}
