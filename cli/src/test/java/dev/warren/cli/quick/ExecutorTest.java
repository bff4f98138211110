package dev.warren.cli.quick;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExecutorTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(said, true, UTF_8);
  private final List<String> done = new ArrayList<>();
  private final Host host;
  private final Executor executor;

  ExecutorTest() throws LinuxException {
    host = Host.open(Map.of("PATH", String.valueOf(System.getenv("PATH"))), err);
    executor = new Executor(host, "warren", err);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Step step(String name) {
    return new Step(name, each -> done.add(name));
  }

  private Step failing(String name) {
    return new Step(
        name,
        each -> {
          throw new StepFailure(5, name + " failed");
        });
  }

  @Test
  void undoesTheLastFirst() throws StepFailure {
    executor.perform(
        List.of(step("a").undoneBy(step("not a")), step("b"), step("c").undoneBy(step("not c"))));
    StepFailure failure =
        assertThrows(
            StepFailure.class,
            () -> executor.perform(List.of(failing("d").undoneBy(step("not d")), step("e"))));
    assertEquals(5, failure.status());
    executor.undoAll();
    assertEquals(List.of("a", "b", "c", "not c", "not a"), done);
    assertEquals(
        "[#] a\n[#] b\n[#] c\n[#] d\nwarren: d failed\n[#] not c\n[#] not a\n",
        said.toString(UTF_8));
  }

  @Test
  void whatMayBeDoneInPartIsUndoneToo() {
    assertThrows(
        StepFailure.class,
        () -> executor.perform(List.of(failing("d").undoneEvenIfFailedBy(step("not d")))));
    executor.undoAll();
    assertEquals(List.of("not d"), done);
  }

  @Test
  void undoingGoesOn() throws StepFailure {
    executor.perform(
        List.of(step("a").undoneBy(step("not a")), step("b").undoneBy(failing("not b"))));
    executor.undoAll();
    assertEquals(List.of("a", "b", "not a"), done);
    assertTrue(said.toString(UTF_8).contains("warren: not b failed\n"));
  }

  @Test
  void downGoesOnAndRemembers() {
    executor.performAll(List.of(step("a"), failing("b"), step("c")));
    assertEquals(List.of("a", "c"), done);
    assertTrue(executor.hasFailed());
  }

  @Test
  void interruptedStopsBeforeTheNextStepAndUndoesInPeace() throws StepFailure {
    Step interrupting =
        new Step("a", each -> Thread.currentThread().interrupt())
            .undoneBy(
                new Step(
                    "not a",
                    each -> {
                      assertTrue(each.succeeds("true"));
                      done.add("not a");
                    }));
    StepFailure failure =
        assertThrows(StepFailure.class, () -> executor.perform(List.of(interrupting, step("b"))));
    assertEquals(Executor.STOPPED, failure.status());
    executor.undoAll();
    assertTrue(Thread.interrupted());
    assertEquals(List.of("not a"), done);
  }

  @Test
  void aBugDoesNotStayOnTheHost() {
    Step wrong =
        new Step(
            "c",
            each -> {
              throw new IllegalStateException("a bug");
            });
    Up.Way way =
        () ->
            executor.perform(
                List.of(step("a").undoneBy(step("not a")), step("b").undoneBy(wrong), wrong));
    assertEquals(
        "a bug",
        assertThrows(IllegalStateException.class, () -> Up.whole(executor, way)).getMessage());
    assertEquals(List.of("a", "b", "not a"), done);
    assertTrue(said.toString(UTF_8).contains("warren: java.lang.IllegalStateException: a bug\n"));
  }

  @Test
  void theWholeWayOrNone() {
    assertEquals(0, Up.whole(executor, () -> executor.perform(List.of(step("a")))));
    Up.Way way = () -> executor.perform(List.of(step("b").undoneBy(step("not b")), failing("c")));
    assertEquals(5, Up.whole(executor, way));
    assertEquals(List.of("a", "b", "not b"), done);
  }

  @Test
  void whatCannotBeToldIsRemembered() {
    assertFalse(executor.hasFailed());
    executor.fail("cannot list the rules");
    assertTrue(executor.hasFailed());
    assertEquals("warren: cannot list the rules\n", said.toString(UTF_8));
  }

  /** Has a program that neither ends nor listens stopped as a signal stops it. */
  private void stops(Path folder, Step.Action action) throws Exception {
    Path pipe = folder.resolve("pipe");
    Files.deleteIfExists(pipe);
    host.run("mkfifo", pipe.toString());
    AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
    Thread main =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    action.run(host);
                  } catch (Exception e) {
                    end.set(e);
                  }
                });
    assertEquals("started\n", Files.readString(pipe));
    main.interrupt();
    host.stopProgram();
    main.join();
    assertInstanceOf(InterruptedException.class, end.get());
  }

  @Test
  @Timeout(60)
  void aProgramThatHangsWhileItIsHeardOrToldIsStopped(@TempDir Path folder) throws Exception {
    // It has its child before it says so: one born while all are being stopped would be missed.
    String hang = "tail -f /dev/null & echo started >" + folder.resolve("pipe") + "; wait";
    stops(folder, each -> each.output("sh", "-c", hang));
    stops(folder, each -> each.feed("x".repeat(1 << 20), "sh", "-c", hang));
  }

  @Test
  void nameServersThatResolvconfCannotTell(@TempDir Path folder) throws Exception {
    Path program = Files.createFile(folder.resolve("resolvconf"));
    try (Host without = Host.open(Map.of("PATH", folder.toString()), err)) {
      assertNull(NameServers.present(without, "nobodys0", folder));
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      // The one that is really run, if there is any, knows nothing of this interface.
      assertNull(NameServers.present(without, "nobodys0", folder));
      Files.writeString(
          folder.resolve("nobodys0"), "nameserver 10.0.0.53\nsearch x\nnameserver fd00::53\n");
      assertEquals(
          List.of("10.0.0.53", "fd00::53"), NameServers.present(without, "nobodys0", folder));
    }
  }

  @Test
  void programs() throws Exception {
    assertTrue(host.has("sh"));
    assertEquals("hello\n", host.output("echo", "hello"));
    assertEquals("", host.output("true"));
    assertNull(host.output("false"));
    assertNull(host.output("no-such-program"));
    host.feed("exit 0\n", "sh");
    assertEquals(3, assertThrows(StepFailure.class, () -> host.feed("exit 3\n", "sh")).status());
    assertEquals(
        StepFailure.NOT_FOUND,
        assertThrows(StepFailure.class, () -> host.run("no-such-program")).status());
    // A hook ends with its first failing command, in a pipe too.
    assertEquals(4, assertThrows(StepFailure.class, () -> host.hook("exit 4", "wg0")).status());
    assertThrows(StepFailure.class, () -> host.hook("false; true", "wg0"));
    assertThrows(StepFailure.class, () -> host.hook("false | true", "wg0"));
    // Bytes that are no ASCII come through, whatever the locale.
    host.hook("[[ $(printf %s 'a\u00c3\u00bc\\' | wc -c) == 4 ]]", "wg0");
    host.hook("[[ $INTERFACE == wg0 && $LC_ALL == C ]]", "wg0");
  }
}
