package dev.warren.linux;

import dev.warren.packet.owner.Shared;

/**
 * All that one device has open on the host: its TUN interface, its UDP sockets, and the doorbell
 * that waits for both.
 *
 * <p><b>Owner:</b> see each part; {@link #close} one thread, once the device's thread has ended.
 *
 * <p><b>Errors:</b> {@link LinuxException} at opening; nothing stays open then.
 */
@Shared
public final class LinuxHost implements AutoCloseable {
  private final TunDevice tun;
  private final UdpSockets udp;
  private final PollDoorbell doorbell;

  private LinuxHost(TunDevice tun, UdpSockets udp, PollDoorbell doorbell) {
    this.tun = tun;
    this.udp = udp;
    this.doorbell = doorbell;
  }

  /** Makes the interface; its UDP sockets are not bound yet. */
  public static LinuxHost open(String name, int mtu) throws LinuxException {
    TunDevice tun = TunDevice.open(name, mtu);
    UdpSockets udp = new UdpSockets();
    try {
      return new LinuxHost(tun, udp, PollDoorbell.open(tun, udp));
    } catch (LinuxException e) {
      tun.close();
      throw e;
    }
  }

  /** The interface. */
  public TunDevice tun() {
    return tun;
  }

  /** The sockets. */
  public UdpSockets udp() {
    return udp;
  }

  /** What the device's thread waits on. */
  public PollDoorbell doorbell() {
    return doorbell;
  }

  @Override
  public void close() {
    // Outside first: no datagram may come in for an interface that is no more.
    udp.close();
    tun.close();
    doorbell.close();
  }
}
