package dev.warren.cli.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This program as it was started, to be started again with other arguments.
 *
 * <p><b>Owner:</b> any thread; no state.
 */
public final class OwnProgram {
  /** What the launcher starts: module and class. */
  public static final String MAIN = "dev.warren.cli/dev.warren.cli.Main";

  private OwnProgram() {}

  /**
   * The command line of this JVM up to its main class, options and all, and then {@code arguments};
   * null where the system does not tell how it was started.
   */
  public static @Nullable List<String> command(List<String> arguments) {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> own = List.of(self.arguments().orElse(new String[0]));
    int main = own.indexOf(MAIN);
    if (self.command().isEmpty() || main < 0) {
      return null;
    }
    List<String> command = new ArrayList<>();
    command.add(self.command().get());
    command.addAll(own.subList(0, main + 1));
    command.addAll(arguments);
    return command;
  }

  /**
   * The same, and where the system does not tell: by this JVM's folder and modules, with the
   * options that matter.
   */
  public static List<String> commandAnywhere(List<String> arguments) {
    List<String> told = command(arguments);
    if (told != null) {
      return told;
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--module-path");
    command.add(System.getProperty("jdk.module.path", ""));
    command.add("--enable-native-access=dev.warren.linux,dev.warren.crypto");
    command.add("--module");
    command.add(MAIN);
    command.addAll(arguments);
    return command;
  }
}
