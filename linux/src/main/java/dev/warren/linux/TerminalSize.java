package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * How many characters a terminal shows.
 *
 * <p><b>Shape:</b> struct winsize: rows, columns, and two that nobody fills in; 16 bits each.
 *
 * <p><b>Source:</b> ioctl_tty(2), TIOCGWINSZ.
 *
 * @param rows at least 1
 * @param columns at least 1
 */
public record TerminalSize(int rows, int columns) {
  private static final long TIOCGWINSZ = 0x5413;
  private static final int WINSIZE_BYTES = 8;

  /** The size of the terminal behind a descriptor; null when it is none, or does not say. */
  public static @Nullable TerminalSize of(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_BYTES, 2);
      if (Libc.ioctl(fd, TIOCGWINSZ, size.address()) < 0) {
        return null;
      }
      int rows = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 0));
      int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2));
      return rows == 0 || columns == 0 ? null : new TerminalSize(rows, columns);
    }
  }
}
