package dev.warren.cli.view;

/**
 * The flags of an interface, as the kernel has them in {@code /sys/class/net/NAME/flags}.
 *
 * <p><b>Owner:</b> any thread; no state.
 */
public final class InterfaceFlags {
  /** There is no such interface. */
  public static final int NONE = -1;

  private static final int UP = 1;

  private InterfaceFlags() {}

  /** Reads {@code 0x1003}; anything else is {@link #NONE}. */
  public static int parse(String text) {
    String flags = text.strip();
    if (!flags.startsWith("0x")) {
      return NONE;
    }
    try {
      return Integer.parseInt(flags, 2, flags.length(), 16);
    } catch (NumberFormatException e) {
      return NONE;
    }
  }

  /** Whether the interface is there and set up. */
  public static boolean isUp(int flags) {
    return flags != NONE && (flags & UP) != 0;
  }
}
