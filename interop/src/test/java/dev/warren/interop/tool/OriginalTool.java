package dev.warren.interop.tool;

import dev.warren.interop.host.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Debian's {@code wg}, called by one shell in the namespace that stays: entering it for each call
 * would take longer than the call.
 *
 * <p>Owner: one thread.
 */
final class OriginalTool implements Tool, AutoCloseable {
  private final Process shell;
  private final Writer commands;
  private final BufferedReader answers;
  private final Path stdin;
  private final Path stdout;
  private final Path stderr;

  OriginalTool(Namespace namespace) {
    try {
      shell = new ProcessBuilder(namespace.inside(List.of("sh", "-s"))).start();
      commands = new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.UTF_8);
      answers = shell.inputReader();
      stdin = namespace.file("original.in");
      stdout = namespace.file("original.out");
      stderr = namespace.file("original.err");
      commands.write("umask 077\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Outcome run(Case what, String device, Path path) {
    StringBuilder line = new StringBuilder("env -u WG_HIDE_KEYS -u WG_COLOR_MODE");
    for (Map.Entry<String, String> each : what.variables().entrySet()) {
      line.append(' ').append(quoted(each.getKey() + "=" + each.getValue()));
    }
    line.append(" wg");
    for (String argument : what.arguments(device, path.toString())) {
      line.append(' ').append(quoted(argument));
    }
    line.append(" <").append(stdin).append(" >").append(stdout).append(" 2>").append(stderr);
    line.append("; echo $?\n");
    try {
      Files.write(stdin, what.stdin().getBytes(StandardCharsets.ISO_8859_1));
      commands.write(line.toString());
      commands.flush();
      String status = answers.readLine();
      if (status == null) {
        throw new AssertionError("the shell ended at " + line);
      }
      return new Outcome(
          Integer.parseInt(status),
          Files.readString(stdout, StandardCharsets.ISO_8859_1),
          Files.readString(stderr, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  @Override
  public void close() {
    shell.destroy();
  }
}
