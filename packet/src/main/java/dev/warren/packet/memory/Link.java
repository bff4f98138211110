package dev.warren.packet.memory;

/**
 * What lies between the hosts of a {@link MemoryNetwork}: the place for loss, duplication, delay,
 * reordering, address translation, and for a look at the wire.
 *
 * <p><b>Owner:</b> called under the network's lock, by whichever thread sends.
 */
@FunctionalInterface
public interface Link {
  /** A link without faults. */
  Link PERFECT = (datagram, delivery) -> delivery.deliver(datagram);

  /**
   * Carries a datagram: hands it, or what becomes of it, to {@code delivery} as often as it shall
   * arrive, now or later.
   */
  void carry(Datagram datagram, Delivery delivery);

  /** The far end of a link; may be kept and called at any time, by any thread. */
  @FunctionalInterface
  interface Delivery {
    /**
     * Puts a datagram into the queue of the socket that it is addressed to.
     *
     * @return whether there was one with room
     */
    boolean deliver(Datagram datagram);
  }
}
