package dev.warren.interop.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of {@code wg}.
 *
 * @param start the state of the interface before
 * @param variables environment
 * @param file content of the file whose path stands for {@link #FILE} among the arguments
 * @param stdin standard input
 * @param arguments what follows {@code wg}
 */
record Case(
    State start, Map<String, String> variables, String file, String stdin, List<String> arguments) {

  /** The path of the file of the case. */
  static final String FILE = "@FILE";

  /** The interface that the case is about. */
  static final String DEVICE = "@DEVICE";

  static Case of(State start, String... arguments) {
    return new Case(start, Map.of(), "", "", List.of(arguments));
  }

  Case with(String variable, String value) {
    return new Case(start, Map.of(variable, value), file, stdin, arguments);
  }

  Case file(String content) {
    return new Case(start, variables, content, stdin, arguments);
  }

  Case stdin(String content) {
    return new Case(start, variables, file, content, arguments);
  }

  /** The arguments with the names in their places. */
  List<String> arguments(String device, String path) {
    List<String> replaced = new ArrayList<>();
    for (String argument : arguments) {
      replaced.add(argument.replace(DEVICE, device).replace(FILE, path));
    }
    return replaced;
  }

  @Override
  public String toString() {
    return start
        + " "
        + variables
        + " wg "
        + arguments
        + (file.isEmpty() ? "" : " FILE<<" + file + ">>")
        + (stdin.isEmpty() ? "" : " STDIN<<" + stdin + ">>");
  }
}
