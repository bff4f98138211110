package dev.warren.cli.help;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Runs the script in a real bash, as the Tab key would. */
class BashCompletionTest {

  /** What bash would offer when the last of these words is being typed. */
  private static String offered(String... words) throws IOException, InterruptedException {
    String press =
        new BashCompletion().script()
            + """
            compopt() { :; }
            COMP_WORDS=("$@")
            COMP_CWORD=$(($# - 1))
            _warren
            printf '%s\\n' "${COMPREPLY[@]}"
            """;
    List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", press, "bash"));
    command.addAll(List.of(words));
    Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
    bash.waitFor();
    return String.join(" ", new TreeSet<>(said.strip().lines().toList()));
  }

  @Test
  void commands() throws Exception {
    assertEquals("run", offered("warren", "ru"));
    assertEquals("version", offered("warren", "help", "ver"));
    assertEquals("", offered("warren", "fly", ""));
  }

  @Test
  void options() throws Exception {
    assertEquals("--foreground --help -f", offered("warren", "run", "-"));
    assertEquals("--foreground", offered("warren", "run", "--f"));
    assertEquals("--help", offered("warren", "version", "-"));
  }

  @Test
  void words() throws Exception {
    assertEquals("bash fish zsh", offered("warren", "completion", ""));
    assertEquals("", offered("warren", "completion", "zsh", ""));
  }

  @Test
  void valuesOfOptions() throws Exception {
    assertEquals("src", offered("warren", "man", "-d", "sr"));
    assertEquals("run", offered("warren", "man", "-d", "src", "ru"));
  }
}
