package dev.warren.interop.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a reader of the sources may count on. */
class SourcesTest {

  private static final int MAX_LINES = 800;

  /** Lines of code, comments and blank lines aside, of protocol and engine together. */
  private static final int MAX_CORE_LINES = 4_500;

  private static final List<String> HEADINGS =
      List.of("Job", "In", "Out", "May use", "Start reading at");

  private static final Pattern EMPTY_NAME =
      Pattern.compile(
          "\\b(?:class|interface|enum|record)\\s+(\\w+(?:Manager|Helper|Utils?|Impl))\\b");

  private static final Pattern SLEEP = Pattern.compile("\\b(?:Thread|TimeUnit\\.\\w+)\\.sleep\\b");

  @Test
  void filesFitAReader() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path source : Sources.all()) {
      try (var lines = Files.lines(source)) {
        long count = lines.count();
        if (count > MAX_LINES) {
          tooLong.add(Sources.name(source) + " has " + count + " lines");
        }
      }
    }
    none(tooLong, "a file of more than " + MAX_LINES + " lines has more than one subject: part it");
  }

  @Test
  void packagesIntroduceThemselves() throws IOException {
    TreeSet<Path> folders = new TreeSet<>();
    for (Path source : Sources.all()) {
      boolean main = Sources.name(source).contains("src/main/java");
      if (main && !source.endsWith("module-info.java")) {
        folders.add(source.getParent());
      }
    }
    List<String> complaints = new ArrayList<>();
    for (Path folder : folders) {
      Path file = folder.resolve("package-info.java");
      if (!Files.exists(file)) {
        complaints.add(Sources.name(file) + " is missing");
        continue;
      }
      String text = Files.readString(file);
      for (String heading : HEADINGS) {
        if (!Pattern.compile("(<h2>|<b>)" + heading + ":?(</h2>|</b>)").matcher(text).find()) {
          complaints.add(Sources.name(file) + " has no heading \"" + heading + "\"");
        }
      }
      if (!text.contains("@NullMarked")) {
        complaints.add(Sources.name(file) + " is not @NullMarked");
      }
    }
    none(
        complaints,
        "a package says its job, what comes in and out, what it may use and where to start");
  }

  @Test
  void namesSayWhatThingsAre() throws IOException {
    List<String> empty = new ArrayList<>();
    for (Path source : Sources.all()) {
      EMPTY_NAME
          .matcher(Sources.code(source))
          .results()
          .forEach(found -> empty.add(Sources.name(source) + ": " + found.group(1)));
    }
    none(empty, "Manager, Helper, Util and Impl say nothing: name what it holds or does");
  }

  @Test
  void testsDoNotSleepEither() throws IOException {
    List<String> sleepers = new ArrayList<>();
    for (Path source : Sources.all()) {
      if (SLEEP.matcher(Sources.code(source)).find()) {
        sleepers.add(Sources.name(source));
      }
    }
    none(
        sleepers,
        "a sleep is too short on a busy machine and too long on an idle one: await the event");
  }

  @Test
  void theCoreStaysReadableInADay() throws IOException {
    long lines = 0;
    for (Path source : Sources.all()) {
      String name = Sources.name(source);
      if (name.startsWith("protocol/src/main/") || name.startsWith("engine/src/main/")) {
        lines += Sources.linesOfCode(source);
      }
    }
    assertTrue(
        lines <= MAX_CORE_LINES,
        "protocol and engine have "
            + lines
            + " lines of code; more than "
            + MAX_CORE_LINES
            + " and nobody audits them whole. Move out what is not the protocol.");
  }

  private static void none(List<String> complaints, String reason) {
    assertEquals("", String.join("\n", complaints), reason);
  }
}
