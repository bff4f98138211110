package dev.warren.cli.wg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** The system as a process finds it, by {@code /proc} and without native calls. */
public final class LinuxWgHost implements WgEnvironment.Host {
  private static final Path OUT = Path.of("/proc/self/fd/1");
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int FOR_OTHERS = 07;

  @Override
  public boolean outIsTerminal() {
    try {
      String target = Files.readSymbolicLink(OUT).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean outIsWorldAccessible() {
    try {
      return Files.getAttribute(OUT, "unix:mode") instanceof Integer mode
          && (mode & TYPE) == REGULAR
          && (mode & FOR_OTHERS) != 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public long epochSeconds() {
    return System.currentTimeMillis() / 1000;
  }

  @Override
  public void pause(long micros) {
    long until = System.nanoTime() + micros * 1000;
    for (long left = micros * 1000; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }
}
