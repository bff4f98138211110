package dev.warren.cli.quick;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts this same command line again as root, by sudo.
 *
 * <p><b>Errors:</b> {@link IOException} where that cannot be done, saying what to do by hand.
 */
final class Elevation {
  private final String program;
  private final Map<String, String> environment;

  Elevation(String program, Map<String, String> environment) {
    this.program = program;
    this.environment = environment;
  }

  /** Runs it and answers its status. */
  int again() throws IOException {
    IOException refusal = new IOException("it takes root: put sudo before the command");
    ProcessHandle.Info self = ProcessHandle.current().info();
    if (self.command().isEmpty() || self.arguments().isEmpty() || environment.isEmpty()) {
      throw refusal;
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sudo", "-p", program + " takes root. Password for %u: ", "--"));
    command.add(self.command().get());
    command.addAll(List.of(self.arguments().get()));
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw refusal;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Executor.STOPPED;
    }
  }
}
