package dev.warren.cli.conf;

import dev.warren.crypto.RandomSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configurations of two machines that meet on this one, {@code home} and {@code remote}, made
 * so that they serve on two real machines once remote knows home's address.
 *
 * <p><b>Owner:</b> any thread; no state.
 *
 * <p><b>Errors:</b> {@link IOException}; then neither file is there.
 */
public final class TwoMachines {
  /** The machine that is reached. */
  public static final String HOME = "home";

  /** The machine that reaches it. */
  public static final String REMOTE = "remote";

  /** What both files begin with, after the name. */
  public static final String MADE = ", made by `warren quickstart`";

  private static final String HERE = "127.0.0.1";

  private TwoMachines() {}

  /** The name of a machine's file. */
  public static String fileName(String machine) {
    return machine + ".conf";
  }

  /** Makes keys and addresses, and writes both files into a folder that is there. */
  public static void write(Path folder, int listenPort, RandomSource random) throws IOException {
    Star star;
    try {
      star =
          new Star(
              List.of(Machine.at(HOME, HERE + ":" + listenPort), Machine.parse(REMOTE)),
              Network.random(random),
              new Star.Wishes(false, false, null),
              random);
    } catch (Machine.BadWord e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    String home =
        """
        # home%s. On a real machine: let UDP port %d in from
        # outside, or change ListenPort to one that you let in. Then, there:
        #   sudo ./warren up ./home.conf
        # or, in a Java program without root:
        #   Tunnel.open(Path.of("home.conf"))
        """
            .formatted(MADE, listenPort);
    String remote =
        """
        # remote%s. On a real machine: change Endpoint to
        # home's address and the port that home lets in. Then, there:
        #   sudo ./warren up ./remote.conf
        # or, in a Java program without root:
        #   Tunnel.open(Path.of("remote.conf"))
        """
            .formatted(MADE);
    Map<Path, String> texts = new LinkedHashMap<>();
    texts.put(
        folder.resolve(fileName(HOME)),
        home + star.hubText().replaceFirst(Star.REACHED_AT + ".*\n", ""));
    texts.put(folder.resolve(fileName(REMOTE)), remote + star.text(star.others().getFirst()));
    try (PrivateFiles files = new PrivateFiles()) {
      files.create(texts);
      files.keep();
    }
  }
}
