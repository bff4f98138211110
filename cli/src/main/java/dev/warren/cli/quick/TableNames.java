package dev.warren.cli.quick;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names that an administrator has given to routing tables.
 *
 * <p><b>Shape:</b> lines of a number and a name; {@code #} begins a comment.
 *
 * <p><b>Source:</b> ip-route(8).
 */
final class TableNames {
  private static final List<String> FOLDERS = List.of("/etc/iproute2", "/usr/share/iproute2");

  private TableNames() {}

  /** The number of the table with this name; 0 for none. */
  static int number(String name) {
    for (String folder : FOLDERS) {
      int number = number(name, Path.of(folder));
      if (number != 0) {
        return number;
      }
    }
    return 0;
  }

  static int number(String name, Path folder) {
    List<Path> files = new ArrayList<>(List.of(folder.resolve("rt_tables")));
    try (Stream<Path> more = Files.list(folder.resolve("rt_tables.d"))) {
      more.filter(file -> file.toString().endsWith(".conf")).sorted().forEach(files::add);
    } catch (IOException e) {
      // There are no more.
    }
    for (Path file : files) {
      try {
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
          String[] words = line.strip().split("\\s+", -1);
          if (words.length >= 2 && words[1].equals(name)) {
            return (int) (long) Long.decode(words[0]);
          }
        }
      } catch (IOException | NumberFormatException e) {
        // No such file, or not of this kind.
      }
    }
    return 0;
  }
}
