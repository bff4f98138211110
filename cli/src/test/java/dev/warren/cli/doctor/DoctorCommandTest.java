package dev.warren.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return new DoctorCommand(print(out), print(err), Map.of(), service -> -1)
        .run(List.of(arguments));
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, UTF_8);
  }

  private void assertRefused(String line, String... arguments) {
    assertEquals(1, run(arguments));
    assertEquals(line + "\n", err.toString(UTF_8));
    assertEquals(0, out.size());
    err.reset();
  }

  @Test
  void fileThatIsNotThere() {
    String typo = folder.resolve("typo.conf").toString();
    assertRefused("warren doctor: there is no " + typo, typo);
    assertRefused("warren doctor: there is no typo.conf", "typo.conf");
    assertRefused("warren doctor: there is no ./typo", "./typo");
    assertRefused("warren doctor: there is no " + typo, "--json", typo);
  }

  @Test
  void fileThatIsNone() throws IOException {
    Path none = Files.createDirectory(folder.resolve("folder.conf"));
    assertRefused("warren doctor: " + none + ": Is a directory", none.toString());
  }

  @Test
  void notUnderstood() {
    assertEquals(2, run("wg0", "wg1"));
    assertEquals(
        "warren doctor: unexpected argument `wg1' (see `warren doctor --help')\n",
        err.toString(UTF_8));
  }
}
