package dev.warren.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostProcessTest {
  @Test
  void knowsItsUser() {
    assertEquals(Integer.parseInt(Harness.run("id -ru")), HostProcess.userId());
    assertEquals(Integer.parseInt(Harness.run("id -u")), HostProcess.effectiveUserId());
  }

  @Test
  @HostTest(tun = false)
  void rootMayAdministerTheNetwork() {
    assertTrue(HostProcess.hasNetAdmin());
  }

  @Test
  void umaskAnswersTheOneBefore() {
    int before = HostProcess.umask(077);
    assertEquals(077, HostProcess.umask(before));
  }

  @Test
  void childLeadsItsOwnSessionWithoutStreams() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process child =
        new ProcessBuilder(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName())
            .start();
    // Its output ends as soon as it has let go, while it lives on until its input ends; but it let
    // go of that as well, so it ends by itself.
    String output = new String(child.getInputStream().readAllBytes(), UTF_8);
    child.waitFor();
    assertEquals("session " + child.pid() + "\n", output);
    assertEquals("", new String(child.getErrorStream().readAllBytes(), UTF_8));
    assertEquals(7, child.exitValue());
  }

  /** What a daemon does after it was started. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      System.out.print("session " + HostProcess.startSession() + "\n");
      System.out.flush();
      HostProcess.detachStandardStreams();
      System.out.println("not seen");
      System.err.println("not seen");
      boolean detached = true;
      for (int stream = 0; stream <= 2; stream++) {
        Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream));
        detached &= target.toString().equals("/dev/null");
      }
      System.exit(detached && System.in.read() < 0 ? 7 : 1);
    }
  }
}
