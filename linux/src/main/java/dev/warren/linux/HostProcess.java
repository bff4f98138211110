package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Immutable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a daemon does with its own process, and what it may do on the host.
 *
 * <p>A JVM cannot fork. So the command starts itself again as a child, and the child calls {@link
 * #startSession} and, once it has told its parent that all is well, {@link #detachStandardStreams}.
 *
 * <p><b>Owner:</b> any thread; session, streams and umask are the whole process's.
 *
 * <p><b>Source:</b> setsid(2), dup2(2), umask(2), capabilities(7), proc_pid_status(5).
 */
@Immutable
public final class HostProcess {
  private static final int O_RDWR = 2;
  private static final int CAP_NET_ADMIN = 12;
  private static final String EFFECTIVE_CAPABILITIES = "CapEff:";

  private HostProcess() {}

  /**
   * Makes this process the leader of a session of its own, without a terminal, so that no hang-up
   * and no Ctrl-C of the old one reaches it.
   *
   * @return the session's id, or {@code -EPERM} when it already leads a group
   */
  public static int startSession() {
    return Libc.setsid();
  }

  /** Points standard input, output and error at /dev/null. */
  public static void detachStandardStreams() throws LinuxException {
    int fd = Libc.open("/dev/null", O_RDWR);
    int result = fd;
    for (int stream = 0; stream <= 2 && result >= 0; stream++) {
      result = Libc.dup2(fd, stream);
    }
    if (fd > 2) {
      Libc.close(fd);
    }
    if (result < 0) {
      throw new LinuxException("dup2 /dev/null", -result, "cannot let go of the standard streams");
    }
  }

  /**
   * Sets which permission bits new files lack.
   *
   * @return the mask before
   */
  public static int umask(int mask) {
    return Libc.umask(mask);
  }

  /** The user who started this process. */
  public static int userId() {
    return Libc.getuid();
  }

  /** The user in whose name this process acts. */
  public static int effectiveUserId() {
    return Libc.geteuid();
  }

  /** Whether this process may administer the network; what an old kernel hides counts as no. */
  public static boolean hasNetAdmin() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(EFFECTIVE_CAPABILITIES))
          .map(line -> line.substring(EFFECTIVE_CAPABILITIES.length()).strip())
          .anyMatch(hex -> (Long.parseUnsignedLong(hex, 16) >>> CAP_NET_ADMIN & 1) != 0);
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }
}
