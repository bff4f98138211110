package dev.warren.cli.quick;

import dev.warren.config.Configuration;
import java.io.PrintStream;
import java.util.Map;

/**
 * What is to be brought up or taken down, for whom.
 *
 * @param program what the program is called, for its messages
 * @param err where they go
 * @param environment the environment of whoever called
 * @param file the file that is meant
 * @param configuration what is in it; whoever read it closes it
 */
record Task(
    String program,
    PrintStream err,
    Map<String, String> environment,
    ConfigFile file,
    Configuration configuration) {
  /** The configuration holds keys. */
  @Override
  public String toString() {
    return program + " " + file.name();
  }
}
