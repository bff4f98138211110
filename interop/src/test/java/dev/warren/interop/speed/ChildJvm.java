package dev.warren.interop.speed;

import java.util.ArrayList;
import java.util.List;

/** Command lines of JVMs that run in a namespace, with the classes of this one. */
final class ChildJvm {
  private ChildJvm() {}

  /** A JVM that runs the main method of {@code main}; its arguments are to follow. */
  static List<String> of(Class<?> main, String... options) {
    List<String> argv = new ArrayList<>();
    argv.add(ProcessHandle.current().info().command().orElseThrow());
    argv.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    argv.addAll(List.of(options));
    argv.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return argv;
  }
}
