package dev.warren.cli.proxy;

import dev.warren.config.Problem;
import dev.warren.config.Services;
import dev.warren.config.proxy.ProxyFile;
import dev.warren.config.proxy.ProxyParser;
import dev.warren.config.proxy.ProxyResult;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads a proxy's file, and the one it includes.
 *
 * <p><b>Owner:</b> the main thread.
 *
 * <p><b>Errors:</b> {@link IOException} with a line for each problem, {@code FILE:LINE:COLUMN}.
 */
final class ProxyFiles {
  private static final int OTHERS = 07;

  private final Map<String, String> environment;
  private final Services services;
  private final Consumer<String> warnings;

  ProxyFiles(Map<String, String> environment, Services services, Consumer<String> warnings) {
    this.environment = environment;
    this.services = services;
    this.warnings = warnings;
  }

  ProxyFile read(Path file) throws IOException {
    ProxyFile own = one(file);
    if (own.include() == null) {
      return own;
    }
    Path named = Path.of(own.include());
    // A mere name is a file beside this one, as wireproxy has it.
    Path beside =
        named.getNameCount() == 1 && !named.isAbsolute() ? file.resolveSibling(named) : named;
    ProxyFile included = one(beside);
    if (included.include() != null) {
      throw new IOException(beside + ": WGConfig in a file that WGConfig names");
    }
    return own.withTunnelOf(included);
  }

  private ProxyFile one(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("`" + file + "' does not exist", e);
    } catch (CharacterCodingException e) {
      throw new IOException("`" + file + "' is not text in UTF-8", e);
    } catch (IOException e) {
      throw new IOException("`" + file + "' cannot be read: " + e, e);
    }
    if (isWorldAccessible(file)) {
      warnings.accept("Warning: `" + file + "' is world accessible");
    }
    return switch (ProxyParser.parse(text, environment, services)) {
      case ProxyResult.Good good -> {
        good.warnings().forEach(warning -> warnings.accept(file + ":" + warning));
        yield good.file();
      }
      case ProxyResult.Bad bad -> throw new IOException(String.join("\n", lines(file, bad)));
    };
  }

  private static List<String> lines(Path file, ProxyResult.Bad bad) {
    return bad.problems().stream()
        .filter(Problem::isError)
        .map(problem -> file + ":" + problem)
        .toList();
  }

  /** Whether everybody may do something with it, and with the folder it is in. */
  private static boolean isWorldAccessible(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder != null && (mode(file) & mode(folder) & OTHERS) != 0;
  }

  private static int mode(Path file) {
    try {
      return Files.getAttribute(file, "unix:mode") instanceof Integer mode ? mode : 0;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return 0;
    }
  }
}
