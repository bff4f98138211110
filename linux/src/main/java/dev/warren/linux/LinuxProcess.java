package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Shared;

/**
 * What a daemon does to its own process.
 *
 * <p><b>Errors:</b> {@link LinuxException}.
 */
@Shared
public final class LinuxProcess {
  private static final int O_RDWR = 2;
  private static final int STANDARD_INPUT = 0;
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  private LinuxProcess() {}

  /** Leaves the terminal's session, so that its end and its signals do not reach us. */
  public static void newSession() throws LinuxException {
    int result = Libc.setsid();
    if (result < 0) {
      throw new LinuxException("setsid", -result, "cannot leave the terminal");
    }
  }

  /** Lets go of standard input and output, and of standard error if told so. */
  public static void detach(boolean alsoStandardError) throws LinuxException {
    int nothing = Libc.open("/dev/null", O_RDWR);
    if (nothing < 0) {
      throw new LinuxException("open", -nothing, "cannot open /dev/null");
    }
    int last = alsoStandardError ? STANDARD_ERROR : STANDARD_OUTPUT;
    for (int fd = STANDARD_INPUT; fd <= last; fd++) {
      Libc.dup2(nothing, fd);
    }
    if (nothing > STANDARD_ERROR) {
      Libc.close(nothing);
    }
  }
}
