import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that every Java source of the house is formatted, or formats it: {@code Format check
 * ROOT}, {@code Format apply ROOT}.
 *
 * <p>Run from source by the build, on the toolchain's JDK, because google-java-format parses with
 * the compiler of the JDK that runs it and Maven's own may be too old for our sources.
 */
final class Format {

  private Format() {}

  public static void main(String[] arguments) throws IOException {
    boolean apply = arguments[0].equals("apply");
    Path root = Path.of(arguments[1]).toRealPath();
    // Its time is when the last check that found nothing began; older sources are still good.
    Path stamp = root.resolve("target/tools/format-checked");
    FileTime start = FileTime.from(Instant.now());
    List<Path> sources = sources(root, checkedUntil(stamp));
    List<String> complaints =
        sources.parallelStream()
            .map(source -> visit(source, root, apply))
            .filter(s -> !s.isEmpty())
            .toList();
    complaints.forEach(System.err::println);
    if (!complaints.isEmpty() && !apply) {
      System.err.println("Run ./dev fmt to format " + complaints.size() + " file(s).");
      System.exit(1);
    }
    Files.createDirectories(stamp.getParent());
    Files.write(stamp, new byte[0]);
    Files.setLastModifiedTime(stamp, start);
  }

  private static FileTime checkedUntil(Path stamp) throws IOException {
    FileTime never = FileTime.fromMillis(0);
    if (!Files.exists(stamp)) {
      return never;
    }
    FileTime checked = Files.getLastModifiedTime(stamp);
    Path formatter = stamp.resolveSibling("google-java-format.jar");
    return Files.getLastModifiedTime(formatter).compareTo(checked) < 0 ? checked : never;
  }

  private static List<Path> sources(Path root, FileTime since) throws IOException {
    List<Path> sources = new ArrayList<>();
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
            boolean changed = attributes.lastModifiedTime().compareTo(since) >= 0;
            if (changed && file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }

  /** Returns what there is to say of one source, or nothing. */
  private static String visit(Path source, Path root, boolean apply) {
    String name = root.relativize(source).toString();
    try {
      String before = Files.readString(source);
      String after = new Formatter().formatSourceAndFixImports(before);
      if (after.equals(before)) {
        return "";
      }
      if (apply) {
        Files.writeString(source, after);
        return name + ": formatted";
      }
      return name + ":" + firstDifference(before, after) + ": not formatted";
    } catch (FormatterException e) {
      return e.diagnostics().isEmpty()
          ? name + ": " + e.getMessage()
          : name + ":" + e.diagnostics().getFirst();
    } catch (IOException e) {
      return name + ": " + e;
    }
  }

  private static int firstDifference(String before, String after) {
    String[] old = before.split("\n", -1);
    String[] formatted = after.split("\n", -1);
    int line = 0;
    while (line < old.length && line < formatted.length && old[line].equals(formatted[line])) {
      line++;
    }
    return line + 1;
  }
}
