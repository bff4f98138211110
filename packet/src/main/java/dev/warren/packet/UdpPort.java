package dev.warren.packet;

/**
 * The side of a device that carries datagrams: one UDP port on IPv4 and IPv6 alike.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> a negative errno; never an exception once made.
 */
public interface UdpPort extends AutoCloseable {
  /**
   * Opens both sockets on one port, closing those open before only once the new ones stand. A
   * family that the host lacks is left out.
   *
   * @param port the port, or 0 for a random one that is free in both families
   * @return the bound port, or a negative errno, in which case what was open stays as it was
   */
  int bind(int port);

  /** Closes the sockets; {@link #receive} then finds nothing and {@link #send} sends nothing. */
  void unbind();

  /** Whether the sockets are open. */
  boolean isBound();

  /**
   * Sets the mark of all datagrams sent from now on, also of sockets bound later; 0 for none.
   *
   * @return 0 or a negative errno
   */
  int mark(int fwmark);

  /**
   * Thins what comes in from now on, also to sockets bound later, before it takes room in a queue.
   *
   * @return 0, or a negative errno when this cannot be done; then everything comes in
   */
  int thin(Thinning thinning);

  /**
   * Clears the batch and fills it with the datagrams that wait, without blocking; sets each slot's
   * endpoint (remote, and the local address and interface it came to) and TOS.
   *
   * @return the number of datagrams, 0 when none waits, or a negative errno
   */
  int receive(Batch batch);

  /**
   * Sends every slot to its endpoint with its TOS, in order, without blocking. Where the sticky
   * source of an endpoint is no longer valid the datagram is sent once more without it, and {@link
   * SendListener#sourceInvalid} is told.
   *
   * @return the number of datagrams accepted, or a negative errno when none was
   */
  int send(Batch batch, SendListener listener);

  @Override
  void close();

  /** Hears what went wrong with single datagrams of a {@link #send}. */
  interface SendListener {
    /** The local address of {@code endpoint} is gone: forget it. */
    void sourceInvalid(Endpoint endpoint);

    /** The datagram of a slot was not sent; {@code errno} is positive. */
    void failed(int slot, int errno);
  }
}
