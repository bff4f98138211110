package dev.warren.cli.help;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.conf.ConfigCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of the commands, wherever it is said. */
class HelpTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Help help =
      new Help(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));

  static Stream<String> names() {
    return Commands.all().stream().map(command -> command.name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void helpFitsATerminal(String name) {
    assertEquals(0, help.help(List.of(name)));
    String said = out.toString(UTF_8);
    assertTrue(said.startsWith("usage: warren " + name), said);
    for (String line : said.split("\n", -1)) {
      // A line to be typed is not broken.
      assertTrue(line.length() <= 80 || line.startsWith("  warren"), line);
      assertEquals(line.stripTrailing(), line);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void descriptionsAreWhole(String name) {
    Command command = Commands.find(name);
    assertTrue(command != null && !command.synopses.isEmpty(), name);
    assertFalse(command.exits.isEmpty(), "what exit statuses has it?");
    assertFalse(command.purpose.endsWith("."), "a purpose is no sentence");
    command.options.forEach(option -> assertFalse(option.text().endsWith("."), option.label()));
    command.synopses.forEach(synopsis -> assertEquals(synopsis.strip(), synopsis));
  }

  @Test
  void everyCommandIsDescribed() throws IOException {
    Path main = Path.of("src/main/java/dev/warren/cli/Main.java");
    Set<String> dispatched = new TreeSet<>();
    Pattern.compile("case \"([a-z-]+)\"")
        .matcher(Files.readString(main))
        .results()
        .forEach(found -> dispatched.add(found.group(1)));
    Pattern.compile("case (\"[a-z-]+\", )+\"")
        .matcher(Files.readString(main))
        .results()
        .flatMap(found -> Pattern.compile("\"([a-z-]+)\"").matcher(found.group()).results())
        .forEach(found -> dispatched.add(found.group(1)));
    // Another spelling, of options and of what a link is named.
    dispatched.removeIf(name -> name.startsWith("-") || name.equals("wg-quick"));
    assertEquals(new TreeSet<>(names().toList()), dispatched, "Main's and the table's commands");
  }

  @Test
  void overviewNamesEveryCommand() {
    assertEquals(0, help.help(List.of()));
    names().forEach(name -> assertTrue(out.toString(UTF_8).contains("\n  " + name + " "), name));
    assertTrue(out.toString(UTF_8).lines().allMatch(line -> line.length() <= 80));
  }

  @Test
  void doesNotGuess() {
    assertEquals(2, help.help(List.of("fly")));
    assertEquals(2, help.man(List.of("fly")));
    assertEquals(2, help.completion(List.of("tcsh")));
    assertEquals(2, help.man(List.of("-d")));
    assertEquals(0, out.size());
    assertEquals(4, err.toString(UTF_8).lines().count());
  }

  @Test
  void manPagesAreWritten(@TempDir Path folder) throws IOException {
    Path pages = folder.resolve("man1");
    assertEquals(0, help.man(List.of("-d", pages.toString())));
    assertTrue(Files.readString(pages.resolve("warren.1")).startsWith(".TH WARREN 1"));
    String run = Files.readString(pages.resolve("warren-run.1"));
    assertTrue(run.contains("\n.SH OPTIONS\n.TP\n.B \\-f, \\-\\-foreground\n"), run);
    for (String name : names().toList()) {
      assertTrue(Files.exists(pages.resolve("warren-" + name + ".1")), name);
    }
  }

  /** Text that begins as a request does would vanish. */
  @Test
  void manPagesHaveNoRequestsByMistake() {
    Pattern request = Pattern.compile("\\.(TH|SH|SS|TP|B|I|BR|PP|RS|RE|nf|fi|br)( .*)?");
    ManPage.all()
        .forEach(
            (page, text) -> {
              for (String line : text.split("\n", -1)) {
                assertTrue(
                    !line.startsWith(".") || request.matcher(line).matches(), page + ": " + line);
                assertFalse(line.startsWith("'"), page + ": " + line);
              }
            });
  }

  /** What a script offers at one place: from where its words begin to where the next one's do. */
  private static String at(String script, Place place, String begin, String next) {
    int start = script.indexOf(begin.formatted(place.path()));
    assertTrue(start >= 0, place.path());
    int end = script.indexOf(next, start + 1);
    return script.substring(start, end < 0 ? script.length() : end);
  }

  @Test
  void zshAndFishOfferEveryCommandAndOption() {
    String zsh = new ZshCompletion().script();
    String fish = new FishCompletion().script();
    for (Place place : Place.all()) {
      String inZsh = at(zsh, place, "\n    '%s')\n      if", "\n    '");
      String inFish = at(fish, place, "\n        case '%s'\n            if", "\n        case '");
      List<String> words = new ArrayList<>(List.of("--help"));
      place.options().forEach(option -> words.addAll(option.names()));
      place.parts().forEach(part -> words.add(part.label()));
      for (String word : words) {
        assertTrue(inZsh.contains("'" + word + ":"), () -> word + " in " + inZsh);
        assertTrue(inFish.contains("\\n' " + word + " '"), () -> word + " in " + inFish);
      }
    }
  }

  /** Asks each command of {@code config} about each option of all: it knows those described. */
  @Test
  void optionsOfConfigAreThoseThatItTakes() {
    Command config = CareCommands.config();
    Set<String> all = names(config);
    Set<String> ofParts = new TreeSet<>();
    for (Command part : config.parts) {
      ofParts.addAll(names(part));
      for (String option : all) {
        err.reset();
        PrintStream nowhere = new PrintStream(out, true, UTF_8);
        new ConfigCommand(nowhere, new PrintStream(err, true, UTF_8), Map.of(), service -> -1)
            .run(List.of(part.name, option));
        boolean known = !err.toString(UTF_8).contains("no option `" + option + "'");
        assertEquals(names(part).contains(option), known, part.name + " " + option);
      }
    }
    assertEquals(all, ofParts);
  }

  private static Set<String> names(Command command) {
    Set<String> names = new TreeSet<>();
    command.options.forEach(option -> names.addAll(option.names()));
    return names;
  }
}
