package dev.warren.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The parent's side of a {@link MachineLoop}.
 *
 * <p><b>Owner:</b> the main thread; a thread of its own reads. {@link #kill} any thread.
 *
 * <p><b>Errors:</b> {@link Failure}, also when it says nothing for half a minute.
 */
final class MachineHandle implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;
  private static final long LEAVE_SECONDS = 3;

  /** Stands in the queue for the end of what it says; no line has a line break. */
  private static final String END = "\n";

  private final String name;
  private final Writer commands;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Thread reader;
  private final Runnable killer;

  /** An answer: its text, and the words after it. */
  record Answer(List<String> text, List<String> words) {
    long number(int index) throws Failure {
      try {
        return Long.parseLong(words.get(index));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new Failure("an answer without a number: " + words, "");
      }
    }
  }

  MachineHandle(String name, InputStream answers, OutputStream commands, Runnable killer) {
    this.name = name;
    this.commands = new OutputStreamWriter(commands, UTF_8);
    this.killer = killer;
    this.reader = Thread.ofPlatform().daemon().name(name + "-says").unstarted(() -> read(answers));
    reader.start();
  }

  /** Starts a process with this command line. */
  static MachineHandle start(String name, List<String> command) throws Failure {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new MachineHandle(
          name,
          process.getInputStream(),
          process.getOutputStream(),
          () -> process.destroyForcibly());
    } catch (IOException e) {
      throw new Failure(
          "no process could be started: " + e.getMessage(),
          "is there a limit on processes or memory? `ulimit -a' tells");
    }
  }

  private void read(InputStream answers) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(answers, UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        said.add(line);
        line = lines.readLine();
      }
    } catch (IOException e) {
      // The end, as good as any.
    }
    said.add(END);
  }

  /** Tells it something and waits for the answer. */
  Answer ask(String command) throws Failure {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      // It has ended; what it said last tells why.
    }
    return await();
  }

  /** Waits for an answer. */
  Answer await() throws Failure {
    List<String> text = new ArrayList<>();
    while (true) {
      String line = next();
      if (line.startsWith(MachineLoop.TEXT)) {
        text.add(line.substring(MachineLoop.TEXT.length()));
      } else if (line.startsWith(MachineLoop.OK)) {
        String words = line.substring(MachineLoop.OK.length()).strip();
        return new Answer(text, words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
      } else if (line.startsWith(MachineLoop.FAILED)) {
        throw new Failure(name + ": " + line.substring(MachineLoop.FAILED.length()), "");
      } else if (line.equals(END)) {
        said.add(END);
        throw new Failure("the process of " + name + " ended", "what it wrote above says why");
      }
    }
  }

  private String next() throws Failure {
    try {
      String line = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new Failure(
            name + " said nothing for " + PATIENCE_SECONDS + " seconds",
            "is the machine very busy? Try again");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", "");
    }
  }

  /** Ends it at once. */
  void kill() {
    killer.run();
  }

  /** Lets it end, which the end of its input makes it do; and ends it when it does not. */
  @Override
  public void close() {
    try {
      commands.close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!reader.join(Duration.ofSeconds(LEAVE_SECONDS))) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
