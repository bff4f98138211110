package dev.warren.embed.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about embedding shows code that compiles. */
class PageTest {
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void codeOfThePageIsCompiled() throws IOException {
    String page = Files.readString(Path.of("../docs/embedding.md"));
    String examples =
        plain(Files.readString(Path.of("src/test/java/dev/warren/embed/examples/Examples.java")));
    int blocks = 0;
    for (MatchResult block : CODE.matcher(page).results().toList()) {
      blocks++;
      assertTrue(examples.contains(plain(block.group(1))), block.group(1));
    }
    assertTrue(blocks > 5);
  }

  private static String plain(String code) {
    return code.replaceAll("\\s+", "");
  }
}
