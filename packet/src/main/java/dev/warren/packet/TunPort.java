package dev.warren.packet;

/**
 * The side of a device that carries inner IP packets: a TUN interface, a userspace network, or an
 * in-memory twin.
 *
 * <p><b>Shape:</b> every slot is one whole IP packet. Offloads (super-packets, checksums left to
 * finish) are the port's own affair: {@link #read} splits and completes, {@link #write} may join.
 *
 * <p><b>Owner:</b> one thread for {@link #read}, {@link #write}; the rest any thread.
 *
 * <p><b>Errors:</b> a negative errno; never an exception once open.
 */
public interface TunPort extends AutoCloseable {
  /** The interface's name. */
  String name();

  /** The interface's MTU in bytes, as last heard. */
  int mtu();

  /**
   * Clears the batch and fills it with the packets that wait, without blocking.
   *
   * @return the number of packets, 0 when none waits, or a negative errno ({@code -EBADFD}-like
   *     when the device is gone)
   */
  int read(Batch batch);

  /**
   * Hands all packets of the batch to the network. A packet that the device refuses or has no room
   * for is dropped and counted; the others still go.
   *
   * <p>Bytes before a packet's offset, up to 16 of them, may be overwritten.
   *
   * @return the number of packets accepted, or a negative errno when the device is gone
   */
  int write(Batch batch);

  @Override
  void close();
}
