package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostCondition;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./warren} and the ahead-of-time cache, in a copy of the checkout that may be spoilt. */
class LauncherTest {
  private static final Path ROOT = Implementation.repository();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path copy;
  private Path cache;

  @BeforeEach
  void copyWhatRuns() throws IOException {
    HostCondition.need(
        Files.exists(ROOT.resolve("target/warren/short.aot")), "a cache: run mvn verify");
    Path built = Files.createDirectories(copy.resolve("target/warren"));
    copyAll(ROOT.resolve("target/warren"), built);
    copyAll(ROOT.resolve("target/warren/lib"), Files.createDirectories(built.resolve("lib")));
    copyAll(ROOT.resolve("tools"), Files.createDirectories(copy.resolve("tools")));
    Files.copy(ROOT.resolve("warren"), copy.resolve("warren"), StandardCopyOption.COPY_ATTRIBUTES);
    cache = built.resolve("short.aot");
  }

  private static void copyAll(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static Command.Outcome run(
      Path program, Map<String, String> environment, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(program.toString()));
    argv.addAll(List.of(arguments));
    Map<String, String> all = new HashMap<>(Map.of("WARREN_NO_BUILD", "1"));
    all.putAll(environment);
    return Command.attempt(LIMIT, all, "", argv);
  }

  private boolean usesCache() throws IOException {
    return usesCache(copy.resolve("warren"));
  }

  /** Whether Main came out of the cache. */
  private boolean usesCache(Path program) throws IOException {
    Path log = copy.resolve("classes.log");
    Files.deleteIfExists(log);
    Command.Outcome help =
        run(program, Map.of("WARREN_JAVA_OPTIONS", "-Xlog:class+load:file=" + log), "help");
    assertEquals(0, help.exitStatus());
    assertEquals("", help.stderr());
    assertTrue(help.stdout().startsWith("usage: warren COMMAND"), help.stdout());
    String line =
        Files.readAllLines(log).stream()
            .filter(loaded -> loaded.contains("dev.warren.cli.Main "))
            .findFirst()
            .orElseThrow();
    return line.contains("shared objects file");
  }

  /** Where the short commands' own could not be made, it is another name of the daemon's. */
  @Test
  void shortCommandsHaveTheirOwn() throws IOException {
    assertNotEquals(Files.size(cache), Files.size(cache.resolveSibling("warren.aot")));
  }

  @Test
  void theCacheIsUsed() throws IOException {
    assertTrue(usesCache(ROOT.resolve("warren")));
    // Also by another name of the same folder.
    Path link = Files.createSymbolicLink(copy.resolve("checkout"), ROOT);
    assertTrue(usesCache(link.resolve("warren")));
    assertTrue(usesCache(link.resolve("bin/../warren")));
  }

  /** The JVM knows the path of its modules, and takes no other. */
  @Test
  void aMovedCheckoutRunsWithoutIt() throws IOException {
    assertFalse(usesCache());
  }

  @Test
  void withoutTheCacheNothingIsSaid() throws IOException {
    Files.delete(cache);
    assertFalse(usesCache());
  }

  @Test
  void aTruncatedCacheIsIgnored() throws IOException {
    byte[] whole = Files.readAllBytes(cache);
    for (int length : new int[] {0, 100, whole.length / 2}) {
      Files.write(cache, Arrays.copyOf(whole, length));
      assertFalse(usesCache(), length + " bytes");
    }
  }

  @Test
  void somethingElseInItsPlaceIsIgnored() throws IOException {
    Files.writeString(cache, "no cache\n".repeat(1000));
    assertFalse(usesCache());
  }

  @Test
  void aCacheOfOtherJarsIsIgnored() throws IOException {
    try (Stream<Path> jars = Files.list(copy.resolve("target/warren/lib"))) {
      for (Path jar : jars.toList()) {
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000));
      }
    }
    assertFalse(usesCache());
  }

  @Test
  void theNameOfALinkIsTheCommand() throws IOException {
    Path links = Files.createDirectories(copy.resolve("links"));
    Path wg = Files.createSymbolicLink(links.resolve("wg"), copy.resolve("warren"));
    assertTrue(run(wg, Map.of(), "--version").stdout().startsWith("wireguard-tools v"));
    Path relative = Files.createSymbolicLink(links.resolve("wg-quick"), Path.of("../warren"));
    assertTrue(run(relative, Map.of(), "--help").stderr().startsWith("Usage: wg-quick"));
    Path twice = Files.createSymbolicLink(copy.resolve("wg"), Path.of("links/wg"));
    assertEquals(44, run(twice, Map.of(), "genkey").stdout().strip().length());
  }
}
