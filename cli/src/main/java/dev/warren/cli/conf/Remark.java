package dev.warren.cli.conf;

import dev.warren.config.Problem;

/**
 * Something about a file that its reader should know.
 *
 * @param line from 1; 0 for the file as a whole
 * @param column from 1; 0 for the whole line
 * @param isError whether the file cannot be used
 */
record Remark(Sheet sheet, int line, int column, boolean isError, String text, String expected) {

  static Remark of(Sheet sheet, Problem problem) {
    return new Remark(
        sheet,
        problem.line(),
        problem.column(),
        problem.isError(),
        problem.what(),
        problem.expected());
  }

  static Remark warning(Sheet sheet, int line, String text) {
    return new Remark(sheet, line, line == 0 ? 0 : 1, false, text, "");
  }

  /** {@code FILE:LINE:COLUMN: error: what; expected that}, as compilers say it. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(sheet.toString());
    if (line > 0) {
      out.append(':').append(line).append(':').append(column);
    }
    out.append(isError ? ": error: " : ": warning: ").append(text);
    return expected.isEmpty()
        ? out.toString()
        : out.append("; expected ").append(expected).toString();
  }
}
