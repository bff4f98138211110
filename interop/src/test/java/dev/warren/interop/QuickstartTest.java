package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./warren quickstart} by a user who may nothing, in a folder of their own. */
@HostTest(commands = "setpriv")
class QuickstartTest {
  private static final String NOBODY = "65534";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path parent;
  private Path own;

  @BeforeEach
  void giveNobodyAFolder() throws IOException {
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    own = Files.createDirectory(parent.resolve("own"));
    Command.run("chown", NOBODY + ":" + NOBODY, own.toString());
  }

  private List<String> asNobody(String... arguments) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
    argv.addAll(List.of("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"));
    argv.addAll(List.of("env", "-C", own.toString(), "WARREN_NO_BUILD=1"));
    argv.add(Implementation.repository().resolve("warren").toString());
    argv.add("quickstart");
    argv.addAll(List.of(arguments));
    return argv;
  }

  private Command.Outcome run(String... arguments) {
    return Command.attempt(LIMIT, Map.of(), "", asNobody(arguments));
  }

  @Test
  void withoutRootAndTwice() throws IOException {
    Command.Outcome outcome = run().orFail();
    String text = outcome.stdout();
    assertEquals("", outcome.stderr());
    assertTrue(text.contains("“Hello from home! You are 10."), text);
    assertTrue(text.lines().count() <= 40, text);
    assertEquals(2, text.split("latest handshake: ", -1).length - 1, text);
    assertEquals(2, text.split("transfer: [0-9.]+ .iB received, [0-9.]+ .iB sent", -1).length - 1);
    assertTrue(text.matches("(?s).*home → remote [0-9.]+ .bit/s, remote → home [0-9.]+ .bit/s.*"));
    assertFalse(text.matches("(?s).* 0 .bit/s.*"), text);
    assertFalse(text.contains("\033["), "colours for a file");
    for (String file : new String[] {"home.conf", "remote.conf"}) {
      var mode = Files.getPosixFilePermissions(own.resolve("warren-quickstart").resolve(file));
      assertEquals("rw-------", PosixFilePermissions.toString(mode));
    }
    String keys = Files.readString(own.resolve("warren-quickstart/home.conf"));
    assertTrue(run().orFail().stdout().contains(", as they were"));
    assertEquals(keys, Files.readString(own.resolve("warren-quickstart/home.conf")));
  }

  @Test
  void aForeignFolderIsRefused() throws IOException {
    Path theirs = Files.createDirectory(own.resolve("theirs"));
    Files.writeString(theirs.resolve("diary"), "dear");
    Command.Outcome outcome = run("theirs");
    assertEquals(1, outcome.exitStatus());
    assertTrue(outcome.stderr().contains("is not from quickstart"), outcome.stderr());
    assertEquals("dear", Files.readString(theirs.resolve("diary")));
  }

  /** Ctrl-C reaches a whole process group; a kill, the parent alone. */
  @Test
  void stoppedItLeavesNothing() throws IOException {
    for (String signal : new String[] {"-INT", "-TERM"}) {
      Process running = start();
      awaitMachines(running, 2);
      List<ProcessHandle> machines = machines(running);
      Command.run("kill", signal, "" + running.pid());
      machines.stream()
          .filter(machine -> signal.equals("-INT") && machine.isAlive())
          .forEach(machine -> signal(signal, machine.pid()));
      Await.until("the end of it", LIMIT, () -> !running.isAlive());
      Await.until(
          "the end of its machines",
          LIMIT,
          () -> machines.stream().noneMatch(ProcessHandle::isAlive));
      assertEquals(signal.equals("-INT") ? 130 : 143, running.exitValue());
      assertFalse(Files.exists(own.resolve("warren-quickstart")));
    }
  }

  @Test
  void itsMachinesEndWithIt() throws IOException {
    Process running = start();
    awaitMachines(running, 2);
    List<ProcessHandle> machines = machines(running);
    running.destroyForcibly();
    Await.until(
        "the end of its machines",
        LIMIT,
        () -> machines.stream().noneMatch(ProcessHandle::isAlive));
  }

  private Process start() throws IOException {
    return new ProcessBuilder(asNobody())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void signal(String signal, long processId) {
    // It may be gone already.
    Command.attempt(LIMIT, Map.of(), "", List.of("kill", signal, "" + processId));
  }

  private static void awaitMachines(Process running, int count) {
    Await.until("two machines", LIMIT, () -> machines(running).size() == count);
  }

  /** Those of its children that are JVMs already. */
  private static List<ProcessHandle> machines(Process running) {
    try (Stream<ProcessHandle> children = running.descendants()) {
      return children.filter(QuickstartTest::isMachine).toList();
    }
  }

  private static boolean isMachine(ProcessHandle child) {
    try {
      return Files.readString(Path.of("/proc/" + child.pid() + "/cmdline")).contains("--machine");
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
