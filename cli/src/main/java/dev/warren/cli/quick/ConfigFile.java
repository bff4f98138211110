package dev.warren.cli.quick;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configuration file and the interface that it is for, found as wg-quick finds it.
 *
 * <p>A word that could be an interface is one, and its file is in {@code /etc/wireguard}; anything
 * else is a file, whose name says the interface.
 *
 * @param name the interface
 * @param path the file, links followed
 */
record ConfigFile(String name, Path path) {
  private static final String NAME = "[a-zA-Z0-9_=+.-]{1,15}";
  private static final Pattern INTERFACE = Pattern.compile(NAME);
  private static final Pattern FILE = Pattern.compile("(?:.*/)?(" + NAME + ")\\.conf");
  private static final int OTHERS = 07;

  /**
   * Finds the file that is meant.
   *
   * @throws IOException with a message for a person
   */
  static ConfigFile find(String word, Path folder) throws IOException {
    boolean isName = INTERFACE.matcher(word).matches();
    String file = isName ? folder + "/" + word + ".conf" : word;
    if (file.isEmpty() || file.indexOf('\0') >= 0 || !Files.exists(Path.of(file))) {
      throw new IOException("`" + file + "' does not exist");
    }
    Matcher matcher = FILE.matcher(file);
    if (!matcher.matches()) {
      throw new IOException("the file must be called INTERFACE.conf, after an interface's name");
    }
    return new ConfigFile(matcher.group(1), Path.of(file).toRealPath());
  }

  /** Whether everybody may do something with it, and with the folder it is in. */
  boolean isWorldAccessible() {
    Path folder = path.getParent();
    return folder != null && (mode(path) & mode(folder) & OTHERS) != 0;
  }

  private static int mode(Path file) {
    try {
      return Files.getAttribute(file, "unix:mode") instanceof Integer mode ? mode : 0;
    } catch (IOException | UnsupportedOperationException e) {
      return 0;
    }
  }
}
