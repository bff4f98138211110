package dev.warren.config.proxy;

import dev.warren.config.CNumbers;
import dev.warren.packet.owner.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * One line as wireproxy reads it.
 *
 * <p><b>Shape:</b> {@code [SECTION]}, or {@code NAME = VALUE} with the first of {@code =} and
 * {@code :} between them. A comment begins at {@code #} or {@code ;}, anywhere but in a value that
 * stands in backquotes or in three double quotes; single and double quotes around a value go.
 *
 * @param section its name, null for a line that begins none
 * @param name null for a line that sets nothing
 * @param delimiter where in the line the sign after the name stands, from 0
 * @param value without comment and quotes
 * @param start where in the line the value begins, from 0
 * @param goesOn whether the next line would belong to it
 */
@Immutable
record IniLine(
    @Nullable String section,
    @Nullable String name,
    int delimiter,
    String value,
    int start,
    boolean goesOn) {
  private static final IniLine NOTHING = new IniLine(null, null, -1, "", 0, false);
  private static final String TRIPLE = "\"\"\"";

  /** Whether it says nothing: empty, or a comment. */
  boolean isEmpty() {
    return section == null && name == null;
  }

  static IniLine of(String line) {
    int first = 0;
    while (first < line.length() && CNumbers.isSpace(line.charAt(first))) {
      first++;
    }
    if (first == line.length() || line.charAt(first) == '#' || line.charAt(first) == ';') {
      return NOTHING;
    }
    if (line.charAt(first) == '[') {
      String bare = line.substring(first, commentAt(line, first)).strip();
      String title = bare.endsWith("]") ? bare.substring(1, bare.length() - 1).strip() : "";
      return new IniLine(title, null, -1, "", first, false);
    }
    int delimiter = delimiter(line, first);
    String name = line.substring(first, delimiter < 0 ? line.length() : delimiter).strip();
    return delimiter < 0
        ? new IniLine(null, name, -1, "", line.length(), false)
        : valued(line, name, delimiter);
  }

  private static int delimiter(String line, int first) {
    for (int i = first; i < line.length(); i++) {
      if (line.charAt(i) == '=' || line.charAt(i) == ':') {
        return i;
      }
    }
    return -1;
  }

  private static int commentAt(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      if (line.charAt(i) == '#' || line.charAt(i) == ';') {
        return i;
      }
    }
    return line.length();
  }

  private static IniLine valued(String line, String name, int delimiter) {
    int start = delimiter + 1;
    while (start < line.length() && CNumbers.isSpace(line.charAt(start))) {
      start++;
    }
    for (String quote : new String[] {TRIPLE, "`"}) {
      int close = line.lastIndexOf(quote);
      if (line.startsWith(quote, start) && close > start) {
        int begin = start + quote.length();
        String value = line.substring(begin, Math.max(begin, close));
        return new IniLine(null, name, delimiter, value, begin, false);
      }
    }
    if (line.stripTrailing().endsWith("\\")) {
      return new IniLine(null, name, delimiter, "", start, true);
    }
    String value = line.substring(start, Math.max(start, commentAt(line, start))).stripTrailing();
    boolean quoted = isQuoted(value, '"') || isQuoted(value, '\'');
    return quoted
        ? new IniLine(
            null, name, delimiter, value.substring(1, value.length() - 1), start + 1, false)
        : new IniLine(null, name, delimiter, value, start, false);
  }

  private static boolean isQuoted(String value, char quote) {
    int last = value.length() - 1;
    return last > 0 && value.charAt(0) == quote && value.indexOf(quote, 1) == last;
  }
}
