package dev.warren.cli.quick;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The setting by which the reverse path check of IPv4 looks at marks; without, a strict check drops
 * the answers to the tunnel's own packets.
 *
 * <p><b>Source:</b> Linux {@code Documentation/networking/ip-sysctl.rst}, src_valid_mark.
 */
final class SourceValidMark {
  private static final Path FILE = Path.of("/proc/sys/net/ipv4/conf/all/src_valid_mark");
  private static final String SHOWN = "sysctl -q net.ipv4.conf.all.src_valid_mark=";

  private SourceValidMark() {}

  static boolean isOn() {
    try {
      return Files.readString(FILE).strip().equals("1");
    } catch (IOException e) {
      return false;
    }
  }

  /** The step that turns it on, and off again if it was not on before. */
  static Step turnOn(boolean wasOn) {
    // Where it is on it need not be writable, as in a container.
    Step on = new Step(SHOWN + "1", host -> set("1"));
    return wasOn
        ? new Step(SHOWN + "1", host -> {})
        : on.undoneBy(new Step(SHOWN + "0", host -> set("0")));
  }

  private static void set(String value) throws StepFailure {
    try {
      Files.writeString(FILE, value + "\n");
    } catch (IOException e) {
      throw new StepFailure(1, "cannot write " + FILE);
    }
  }
}
