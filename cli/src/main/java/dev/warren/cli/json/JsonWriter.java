package dev.warren.cli.json;

import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON text, from its beginning to its end.
 *
 * <pre>{@code
 * new JsonWriter().object().name("peers").array().value("home").end().end().text()
 * }</pre>
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> an {@link IllegalStateException} for a name outside an object, a value without
 * its name, an end too many: bugs of the caller.
 *
 * <p><b>Source:</b> RFC 8259. Characters beyond ASCII are written as they are.
 */
public final class JsonWriter {
  private static final int MAX_DEPTH = 16;
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(256);
  private final boolean[] inObject = new boolean[MAX_DEPTH];
  private final boolean[] filled = new boolean[MAX_DEPTH];
  private int depth;
  private boolean named;

  /** An empty text. */
  public JsonWriter() {}

  /** Begins an object. */
  public JsonWriter object() {
    return open('{', true);
  }

  /** Begins an array. */
  public JsonWriter array() {
    return open('[', false);
  }

  /** Ends the object or array that was begun last. */
  public JsonWriter end() {
    if (depth == 0 || named) {
      throw new IllegalStateException("nothing to end here");
    }
    boolean object = inObject[depth];
    if (filled[depth--]) {
      newLine();
    }
    out.append(object ? '}' : ']');
    return this;
  }

  /** The name of the next value. */
  public JsonWriter name(String name) {
    if (depth == 0 || !inObject[depth] || named) {
      throw new IllegalStateException("no place for the name " + name);
    }
    separate();
    string(name);
    out.append(": ");
    named = true;
    return this;
  }

  /** A string, or null. */
  public JsonWriter value(@Nullable String value) {
    begin();
    if (value == null) {
      out.append("null");
    } else {
      string(value);
    }
    return this;
  }

  /** A whole number. */
  public JsonWriter value(long value) {
    begin();
    out.append(value);
    return this;
  }

  /** A truth value. */
  public JsonWriter value(boolean value) {
    begin();
    out.append(value);
    return this;
  }

  /** Strings as one array. */
  public JsonWriter values(Iterable<String> values) {
    array();
    for (String value : values) {
      value(value);
    }
    return end();
  }

  /** The whole text, with a line's end. */
  public String text() {
    if (depth != 0) {
      throw new IllegalStateException("not at its end: " + out);
    }
    return out + "\n";
  }

  private JsonWriter open(char bracket, boolean object) {
    begin();
    out.append(bracket);
    depth++;
    inObject[depth] = object;
    filled[depth] = false;
    return this;
  }

  private void begin() {
    if (named) {
      named = false;
      return;
    }
    if (depth > 0 && inObject[depth]) {
      throw new IllegalStateException("a value in an object has a name");
    }
    separate();
  }

  private void separate() {
    if (depth == 0) {
      return;
    }
    if (filled[depth]) {
      out.append(',');
    }
    filled[depth] = true;
    newLine();
  }

  private void newLine() {
    out.append('\n');
    for (int i = 0; i < depth; i++) {
      out.append("  ");
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || (Character.isSurrogate(c) && !paired(text, i))) {
            out.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              out.append(HEX.charAt(c >> shift & 15));
            }
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Half a character is no UTF-8, and would end as a question mark. */
  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
