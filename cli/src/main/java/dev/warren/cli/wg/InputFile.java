package dev.warren.cli.wg;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that was named on the command line, read whole as {@code fopen} and {@code getline} would
 * read it: a folder can be opened and is empty, {@code /dev/stdin} and pipes are files too.
 *
 * @param text its bytes, one a character
 * @param failed whether reading ended with an error
 * @param seekable whether it can be told where one is in it, as in a pipe one cannot
 */
record InputFile(String text, boolean failed, boolean seekable) {
  private static final int TYPE = 0170000;
  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;
  private static final String FOLDER = "Is a directory";

  /** Reads it; null, after a message, when it cannot be opened. */
  static @Nullable InputFile read(WgCommand wg, String path) {
    try (InputStream in = new FileInputStream(WgCommand.text(path))) {
      return new InputFile(
          new String(in.readAllBytes(), StandardCharsets.ISO_8859_1), false, isSeekable(path));
    } catch (IOException e) {
      // The JDK says: PATH (REASON).
      String message = String.valueOf(e.getMessage());
      int open = message.lastIndexOf('(');
      String reason =
          open < 0 || !message.endsWith(")")
              ? message
              : message.substring(open + 1, message.length() - 1);
      if (reason.equals(FOLDER)) {
        return new InputFile("", true, true);
      }
      wg.err.line("fopen: " + (path.isEmpty() ? "No such file or directory" : reason));
      return null;
    }
  }

  private static boolean isSeekable(String path) {
    try {
      return Files.getAttribute(Path.of(WgCommand.text(path)), "unix:mode") instanceof Integer mode
          && (mode & TYPE) != PIPE
          && (mode & TYPE) != SOCKET;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its text holds keys. */
  @Override
  public String toString() {
    return "InputFile[hidden]";
  }
}
