package dev.warren.cli.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BriefProgramTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Duration SHORT = Duration.ofMillis(50);

  private static BriefProgram.Output run(Duration limit, String... argv) {
    BriefProgram.Output output = BriefProgram.run(new ProcessBuilder(argv), limit);
    assertNotNull(output);
    return output;
  }

  @Test
  void whatItPrints() {
    BriefProgram.Output output = run(LONG, "sh", "-c", "echo here; exit 3");
    assertEquals("here\n", output.text());
    assertEquals(3, output.exitStatus());
  }

  @Test
  void nothingThere() {
    assertNull(BriefProgram.run(new ProcessBuilder("/no/such/program"), LONG));
  }

  /** Their input does not end, and the second has no output to wait for. */
  @Test
  void endedAfterItsLimit() {
    assertNull(BriefProgram.run(new ProcessBuilder("cat"), SHORT));
    assertNull(BriefProgram.run(new ProcessBuilder("sh", "-c", "exec >&-; read line"), SHORT));
  }

  /** The shell is gone at once; the one that it started has the output open. */
  @Test
  void withWhomItStarted() {
    assertNull(BriefProgram.run(new ProcessBuilder("sh", "-c", "echo here; cat; :"), SHORT));
  }
}
