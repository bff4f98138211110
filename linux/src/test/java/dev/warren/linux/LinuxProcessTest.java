package dev.warren.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinuxProcessTest {
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
    String output = new String(child.getInputStream().readAllBytes(), UTF_8);
    child.waitFor();
    assertEquals("leads\n", output);
    assertEquals("", new String(child.getErrorStream().readAllBytes(), UTF_8));
    assertEquals(7, child.exitValue());
  }

  /** What a daemon does after it was started. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      LinuxProcess.newSession();
      // A second time it is refused: who leads a group cannot leave it.
      try {
        LinuxProcess.newSession();
        System.out.println("not a leader");
      } catch (LinuxException e) {
        System.out.println("leads");
      }
      LinuxProcess.detach(false);
      boolean detached = !isDetached(2);
      LinuxProcess.detach(true);
      System.out.println("not seen");
      System.err.println("not seen");
      detached &= isDetached(0) && isDetached(1) && isDetached(2);
      System.exit(detached && System.in.read() < 0 ? 7 : 1);
    }

    private static boolean isDetached(int stream) throws IOException {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream));
      return target.toString().equals("/dev/null");
    }
  }
}
