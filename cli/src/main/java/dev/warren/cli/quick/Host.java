package dev.warren.cli.quick;

import dev.warren.cli.daemon.Background;
import dev.warren.cli.daemon.EndpointNames;
import dev.warren.linux.LinuxException;
import dev.warren.linux.route.HostNetwork;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What steps are done with: the host's network, and programs to run.
 *
 * <p>Programs run in the C locale, as wg-quick runs them.
 *
 * <p><b>Owner:</b> the main thread; {@link #stopProgram} any.
 *
 * <p><b>Errors:</b> {@link StepFailure} for a program that fails; it has said why by itself.
 */
final class Host implements AutoCloseable {
  private final HostNetwork network;
  private final Map<String, String> environment;
  private final PrintStream err;
  private volatile @Nullable Process running;

  private Host(HostNetwork network, Map<String, String> environment, PrintStream err) {
    this.network = network;
    this.environment = environment;
    this.err = err;
  }

  static Host open(Map<String, String> environment, PrintStream err) throws LinuxException {
    return new Host(HostNetwork.open(), environment, err);
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Shows a command line, each character a byte, that does what is about to be done. */
  void show(String commandLine) {
    byte[] bytes = ("[#] " + commandLine + "\n").getBytes(StandardCharsets.ISO_8859_1);
    err.write(bytes, 0, bytes.length);
    err.flush();
  }

  HostNetwork network() {
    return network;
  }

  /** Whether a program of this name can be run. */
  boolean has(String program) {
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder, program);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return true;
      }
    }
    return false;
  }

  /** Runs a program that must succeed; it speaks to whoever called us. */
  void run(String... command) throws StepFailure, InterruptedException {
    finish(start(ProcessBuilder.Redirect.INHERIT, null, null, command), command);
  }

  /** Runs a program that must succeed, with this for its standard input. */
  void feed(String input, String... command) throws StepFailure, InterruptedException {
    Process process = start(ProcessBuilder.Redirect.INHERIT, null, input, command);
    finish(process, command);
  }

  /** Whether a program succeeds; what it says is not shown. */
  boolean succeeds(String... command) throws InterruptedException {
    try {
      return await(start(ProcessBuilder.Redirect.DISCARD, null, "", command)) == 0;
    } catch (StepFailure e) {
      return false;
    }
  }

  /** What a program says on standard output; null when it fails. */
  @Nullable String output(String... command) throws InterruptedException {
    try {
      Process process = start(ProcessBuilder.Redirect.PIPE, null, "", command);
      String output;
      try (var from = process.getInputStream()) {
        output = new String(from.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        output = null;
      }
      return await(process) == 0 ? output : null;
    } catch (StepFailure e) {
      return null;
    }
  }

  /**
   * Runs a hook: a line of shell, of which the first failing command is the end.
   *
   * @param line the line's bytes, each a character
   */
  void hook(String line, String interfaceName) throws StepFailure, InterruptedException {
    String[] command = {"bash", "-e", "-o", "pipefail", "-O", "extglob", "-c", inAscii(line)};
    finish(start(ProcessBuilder.Redirect.INHERIT, interfaceName, null, command), command);
  }

  /** The line as it is, or where it has other characters, one that evaluates to its bytes. */
  static String inAscii(String line) {
    if (line.chars().allMatch(c -> c < 0x80)) {
      return line;
    }
    // The JVM would encode it by the locale, which may know no such characters.
    StringBuilder quoted = new StringBuilder("eval $'");
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c >= 0x80) {
        quoted.append("\\x").append(Integer.toHexString(c & 0xff));
      } else if (c == '\'' || c == '\\') {
        quoted.append('\\').append(c);
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('\'').toString();
  }

  /** Starts a program, which {@link #stopProgram} ends from now on; {@link #await} is to follow. */
  private Process start(
      ProcessBuilder.Redirect output,
      @Nullable String interfaceName,
      @Nullable String input,
      String... command)
      throws StepFailure {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    if (interfaceName != null) {
      // wg-quick evaluates hooks in a shell where this is set, and some rely on it.
      builder.environment().put("INTERFACE", interfaceName);
      // Hooks that call wg find Warren's where there is no other.
      builder.environment().merge("PATH", ownPrograms(), (path, own) -> path + own);
    }
    boolean silent = output.type() != ProcessBuilder.Redirect.Type.INHERIT;
    builder.redirectOutput(output);
    // What is asked for its answer complains to nobody.
    builder.redirectError(
        silent ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.INHERIT);
    if (input == null) {
      builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
    } else if (input.isEmpty()) {
      builder.redirectInput(new File("/dev/null"));
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new StepFailure(StepFailure.NOT_FOUND, command[0] + ": cannot be run; is it there?");
    }
    // Before anything is said to it or heard from it: that may last as long as the program does.
    running = process;
    if (Thread.currentThread().isInterrupted()) {
      stopProgram(); // Who interrupted us saw no program yet.
    }
    if (input != null && !input.isEmpty()) {
      try (OutputStream to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading all of it; its status tells more.
      }
    }
    return process;
  }

  /** The folder of this installation's links, as an end to the PATH; empty when there is none. */
  private static String ownPrograms() {
    Path jars = Path.of(System.getProperty("jdk.module.path", "").split(":", -1)[0]);
    Path folder = jars.resolve("../../../bin").normalize();
    boolean there = folder.isAbsolute() && Files.isExecutable(folder.resolve("wg"));
    return there ? ":" + folder : "";
  }

  private void finish(Process process, String... command) throws StepFailure, InterruptedException {
    int status = await(process);
    if (status != 0) {
      String program = command[0].equals("bash") ? "the hook" : command[0];
      throw new StepFailure(status, program + " failed with status " + status);
    }
  }

  /** Waits for the end of a program; an interrupt ends it and all that it started. */
  private int await(Process process) throws InterruptedException {
    try {
      int status = process.waitFor();
      if (status != 0 && Thread.interrupted()) {
        throw new InterruptedException(); // It was ended before we came to wait for it.
      }
      return status;
    } catch (InterruptedException e) {
      stopProgram();
      throw e;
    } finally {
      running = null;
    }
  }

  /** Starts the daemon of an interface and waits until it is ready. */
  void startDaemon(String name, EndpointNames names)
      throws StepFailure, IOException, InterruptedException {
    Background daemon = Background.start(name, names);
    running = daemon.process();
    try {
      int status = daemon.await();
      if (status != 0) {
        throw new StepFailure(status, null);
      }
    } catch (InterruptedException e) {
      stopProgram();
      daemon.process().onExit().join();
      throw e;
    } finally {
      running = null;
    }
  }

  /**
   * Ends the program that is being waited for, and all that it started; not what it starts in this
   * very moment, which no list has. From any thread.
   */
  void stopProgram() {
    Process process = running;
    if (process != null) {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      all.forEach(ProcessHandle::destroy);
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
