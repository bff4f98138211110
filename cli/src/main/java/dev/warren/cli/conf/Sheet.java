package dev.warren.cli.conf;

import dev.warren.cli.view.Configurations;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.Grammar;
import dev.warren.config.Problem;
import dev.warren.config.Services;
import dev.warren.crypto.BasePoint;
import dev.warren.crypto.PublicKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One configuration file that was read.
 *
 * @param file its path
 * @param text every byte as a character, so that it can be written again as it was
 * @param configuration what it says, or null when it has errors
 * @param publicKey the public key of its private key, or null for none
 * @param problems what the parser found
 * @param isPrivate whether its owner alone may read it
 */
record Sheet(
    Path file,
    String text,
    @Nullable Configuration configuration,
    @Nullable PublicKey publicKey,
    List<Problem> problems,
    boolean isPrivate) {

  private static final Set<PosixFilePermission> OTHERS_READ =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  /** The file that a word means: a path, or the name of an interface. */
  static Path file(String word) {
    Path path = Path.of(word);
    boolean isFile = Configurations.isFile(word) || Files.exists(path);
    return isFile ? path : Configurations.file(word);
  }

  static Sheet read(Path file, Services services) throws IOException {
    // One byte, one character: nothing is lost, whatever is in comments.
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    boolean isPrivate = OTHERS_READ.stream().noneMatch(permissions::contains);
    return of(file, text, services, isPrivate);
  }

  static Sheet of(Path file, String text, Services services, boolean isPrivate) {
    return switch (ConfigParser.parse(text, Grammar.WG_QUICK, services)) {
      case ConfigResult.Good good ->
          new Sheet(
              file,
              text,
              good.configuration(),
              BasePoint.publicKey(good.configuration().device().privateKey()),
              good.warnings(),
              isPrivate);
      case ConfigResult.Bad bad ->
          new Sheet(file, text, null, null, withoutEchoes(text, bad.problems()), isPrivate);
    };
  }

  /** A peer whose key has an error does not also lack a key. */
  private static List<Problem> withoutEchoes(String text, List<Problem> problems) {
    String[] lines = text.split("\n", -1);
    List<Problem> kept = new ArrayList<>();
    for (Problem problem : problems) {
      int end = problem.line();
      while (end < lines.length && !lines[end].strip().startsWith("[")) {
        end++;
      }
      boolean echo = false;
      for (Problem other : problems) {
        String line = lines[Math.min(other.line(), lines.length) - 1].strip();
        echo |=
            other.kind() == Problem.Kind.BAD_LINE
                && other.line() > problem.line()
                && other.line() <= end
                && line.toLowerCase(Locale.ROOT).startsWith("publickey");
      }
      if (problem.kind() != Problem.Kind.INCOMPLETE || !echo) {
        kept.add(problem);
      }
    }
    return kept;
  }

  /** What a comment in {@code [Interface]} says under this name, read as UTF-8; empty for none. */
  String remark(String name) {
    boolean inInterface = false;
    for (String line : text.split("\n", -1)) {
      String stripped = line.strip();
      if (stripped.startsWith("[")) {
        inInterface = stripped.equalsIgnoreCase("[Interface]");
      } else if (inInterface && stripped.startsWith("#")) {
        int equals = stripped.indexOf('=');
        if (equals > 0 && stripped.substring(1, equals).strip().equalsIgnoreCase(name)) {
          return utf8(stripped.substring(equals + 1)).strip();
        }
      }
    }
    return "";
  }

  /** The text as people read it, comments included. */
  String utf8() {
    return utf8(text);
  }

  /** The interface that it is for. */
  String interfaceName() {
    return Configurations.interfaceName(file);
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Wipes the keys. */
  void wipe() {
    if (configuration != null) {
      configuration.close();
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
