package dev.warren.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.cli.terminal.Ink;
import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.crypto.RandomSource;
import dev.warren.embed.Network;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it, with threads and pipes for processes, and loopback for the tunnel. */
@Timeout(60)
class DemonstrationTest {
  @TempDir private Path parent;
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final LoopbackNetwork network = new LoopbackNetwork();
  private final List<Thread> machines = new ArrayList<>();

  private record Loopback(String name, Network network) implements Joined {
    @Override
    public InterfaceState state() {
      byte[] key = new byte[32];
      key[0] = 8;
      PeerState peer = PeerState.of(key, "127.0.0.1:7", 1, 1024, 2048, 25, List.of("10.0.0.2/32"));
      return InterfaceState.of(name, key, 51820, List.of(peer));
    }

    @Override
    public void close() {}
  }

  private MachineHandle start(String name, Path file) {
    assertTrue(Files.exists(file));
    try {
      Pipe commands = Pipe.open();
      Pipe answers = Pipe.open();
      Thread machine =
          Thread.ofVirtual()
              .unstarted(
                  () -> {
                    try (PrintStream out =
                        new PrintStream(Channels.newOutputStream(answers.sink()), false, UTF_8)) {
                      out.println("warning: not for you");
                      new MachineLoop(new Loopback(name, network), out)
                          .run(Channels.newInputStream(commands.source()));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      machines.add(machine);
      machine.start();
      return new MachineHandle(
          name,
          Channels.newInputStream(answers.source()),
          Channels.newOutputStream(commands.sink()),
          machine::interrupt);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Demonstration demonstration(Demonstration.Starter starter) {
    Screen screen = new Screen(new PrintStream(shown, true, UTF_8), Ink.PLAIN);
    return new Demonstration(new TwoFiles(parent.resolve("quick")), screen, 100, starter);
  }

  @Test
  void allOfItOnOneScreen() throws Failure, InterruptedException {
    demonstration(this::start).run(RandomSource.secure());
    String text = shown.toString(UTF_8);
    List<String> lines = text.lines().toList();
    assertTrue(lines.size() <= 40, text);
    String folder = parent.toString();
    lines.forEach(line -> assertTrue(line.replace(folder, ".").length() <= 90, line));
    assertTrue(text.contains("“Hello from home! You are 127.0.0.1, and nobody"), text);
    assertTrue(text.contains("\ninterface: home\n"), text);
    assertTrue(text.contains("\ninterface: remote\n"), text);
    assertTrue(text.contains("  private key: (hidden)\n"), text);
    assertTrue(text.contains("  transfer: 1.00 KiB received, 2.00 KiB sent\n"), text);
    assertTrue(
        text.matches("(?s).*  speed .*[0-9] .bit/s, remote → home [0-9.]+ .bit/s\n.*"), text);
    assertTrue(text.contains("./warren up ./home.conf"), text);
    assertTrue(Files.exists(parent.resolve("quick/remote.conf")));
    for (Thread machine : machines) {
      machine.join();
    }
  }

  @Test
  void aMachineThatIsRefusedSaysWhy() {
    Demonstration demonstration =
        demonstration(
            (name, file) -> {
              ByteArrayOutputStream said = new ByteArrayOutputStream();
              MachineLoop.refuse(
                  new PrintStream(said, true, UTF_8), new IOException("Address already in use"));
              return new MachineHandle(
                  name,
                  new ByteArrayInputStream(said.toByteArray()),
                  new ByteArrayOutputStream(),
                  () -> {});
            });
    Failure failure = assertThrows(Failure.class, () -> demonstration.run(RandomSource.secure()));
    assertEquals("home: Address already in use", failure.cause());
    assertTrue(failure.mend().startsWith("if UDP port 51"), failure.mend());
    demonstration.abandon();
    assertFalse(Files.exists(parent.resolve("quick")));
  }

  @Test
  void aMachineThatEndsIsNoticed() {
    MachineHandle handle =
        new MachineHandle(
            "home", InputStream.nullInputStream(), OutputStream.nullOutputStream(), () -> {});
    assertEquals("the process of home ended", assertThrows(Failure.class, handle::await).cause());
    // And again, whoever asks.
    assertThrows(Failure.class, () -> handle.ask("show plain"));
    handle.close();
  }

  @Test
  void whatFailsInsideIsAnAnswer() throws Failure {
    try (MachineHandle home = start("home", parent)) {
      home.await();
      assertEquals(
          "home: no command dance", assertThrows(Failure.class, () -> home.ask("dance")).cause());
      assertThrows(Failure.class, () -> home.ask("fetch nowhere 80"));
      assertThrows(Failure.class, () -> home.ask("receive"));
      assertTrue(home.ask("serve 127.0.0.1 80").number(0) > 0);
    }
  }
}
