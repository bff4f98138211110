package dev.warren.cli.view;

import dev.warren.cli.uapi.Errno;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Why something could not be asked or read, in words.
 *
 * <p><b>Owner:</b> any thread; no state.
 */
public final class Trouble {
  private Trouble() {}

  /** Why it cannot be told which interfaces there are. */
  public static String words(UapiException e) {
    String advice = e.errno() == Errno.EACCES ? " (root may look)" : "";
    return UapiSockets.DIRECTORY + ": " + e.reason() + advice;
  }

  /** What is wrong with a file: a file system's exception often has a bare path for a message. */
  public static String words(IOException e) {
    String message = e.getMessage();
    return switch (e) {
      case NoSuchFileException gone -> "there is no " + gone.getFile();
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> message == null ? e.toString() : message;
    };
  }
}
