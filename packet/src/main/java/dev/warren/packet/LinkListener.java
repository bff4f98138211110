package dev.warren.packet;

/**
 * Hears what happens to the interface behind a {@link TunPort}.
 *
 * <p><b>Owner:</b> called by the port's watching thread; implementations hand the news over and
 * return at once.
 */
public interface LinkListener {
  /** The interface was set up. */
  void linkUp();

  /** The interface was set down. */
  void linkDown();

  /** The interface's MTU is now {@code mtu} bytes. */
  void linkMtu(int mtu);

  /** The interface no longer exists. */
  void linkGone();
}
