package dev.warren.cli.wg;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output or error: text whose characters are bytes (Latin-1), so that whatever bytes came
 * in, in a file or an argument, go out again.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> none; {@link #isUnread} tells that nobody reads any more. The original does not
 * look whether its output arrives either.
 */
final class ByteText {
  private static final int FULL = 16_384;

  private final OutputStream out;
  private final StringBuilder text = new StringBuilder(1024);
  private boolean broken;
  private boolean unread;

  ByteText(OutputStream out) {
    this.out = out;
  }

  ByteText add(String more) {
    text.append(more);
    if (text.length() > FULL) {
      flush();
    }
    return this;
  }

  ByteText add(char more) {
    text.append(more);
    return this;
  }

  ByteText add(long number) {
    text.append(number);
    return this;
  }

  ByteText addUnsigned(long number) {
    return number >= 0 ? add(number) : add(Long.toUnsignedString(number));
  }

  /** Writes a line and hands it over at once. */
  void line(String whole) {
    add(whole).add('\n').flush();
  }

  void flush() {
    if (!broken) {
      try {
        out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      } catch (IOException e) {
        broken = true;
        unread = String.valueOf(e.getMessage()).contains("Broken pipe");
      }
    }
    text.setLength(0);
  }

  /** Whether this is a pipe that nobody reads any more. */
  boolean isUnread() {
    return unread;
  }
}
