package dev.warren.cli.view;

import java.nio.file.Path;

/**
 * Where configurations are, and what their names say.
 *
 * <p><b>Owner:</b> any thread; no state.
 */
public final class Configurations {
  /** The folder of those that are named by their interface alone. */
  public static final String FOLDER = "/etc/wireguard";

  private static final String SUFFIX = ".conf";

  private Configurations() {}

  /** The file of an interface. */
  public static Path file(String interfaceName) {
    return Path.of(FOLDER, interfaceName + SUFFIX);
  }

  /** Whether a word is a file, and not the name of an interface. */
  public static boolean isFile(String word) {
    return word.endsWith(SUFFIX) || word.indexOf('/') >= 0;
  }

  /** The interface that a file is for, as wg-quick has it. */
  public static String interfaceName(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }
}
