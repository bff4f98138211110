package dev.warren.interop.architecture;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tree's own Java sources, read as text. */
final class Sources {

  private static final Pattern COMMENT =
      Pattern.compile(
          "\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"|/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);

  private Sources() {}

  /** The folder of the root pom. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("warren"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError("no ./warren above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  /** Every Java source of the tree, tests included, build output left out. */
  static List<Path> all() throws IOException {
    List<Path> sources = new ArrayList<>();
    Path root = root();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean ours = folder.equals(root) || !(name.startsWith(".") || name.equals("target"));
            return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }

  static String name(Path source) {
    return root().relativize(source).toString();
  }

  /** The source without comments; what is in a string stays. */
  static String code(Path source) throws IOException {
    return COMMENT
        .matcher(Files.readString(source))
        .replaceAll(
            found -> {
              String text = found.group();
              return text.startsWith("/") ? "" : Matcher.quoteReplacement(text);
            });
  }

  /** Lines that are neither blank nor comment. */
  static long linesOfCode(Path source) throws IOException {
    return code(source).lines().filter(line -> !line.isBlank()).count();
  }
}
