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

  /** Shows a command line that does what is about to be done. */
  void show(String commandLine) {
    err.println("[#] " + commandLine);
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

  /** What a program says on standard output; empty when it fails. */
  String output(String... command) throws InterruptedException {
    try {
      Process process = start(ProcessBuilder.Redirect.PIPE, null, "", command);
      String output;
      try (var from = process.getInputStream()) {
        output = new String(from.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        output = "";
      }
      return await(process) == 0 ? output : "";
    } catch (StepFailure e) {
      return "";
    }
  }

  /** Runs a hook: a line of shell, of which the first failing command is the end. */
  void hook(String line, String interfaceName) throws StepFailure, InterruptedException {
    String[] command = {"bash", "-e", "-o", "pipefail", "-O", "extglob", "-c", line};
    finish(start(ProcessBuilder.Redirect.INHERIT, interfaceName, null, command), command);
  }

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
    if (input != null && !input.isEmpty()) {
      try (OutputStream to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading all of it; its status tells more.
      }
    }
    return process;
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
    running = process;
    try {
      return process.waitFor();
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

  /** Ends the program that is being waited for, and all that it started. From any thread. */
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
