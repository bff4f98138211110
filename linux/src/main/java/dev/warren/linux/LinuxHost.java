package dev.warren.linux;

import dev.warren.packet.LinkListener;
import dev.warren.packet.owner.Shared;
import org.jspecify.annotations.Nullable;

/**
 * All that one device has open on the host: its TUN interface, its UDP sockets, the doorbell that
 * waits for both, and the monitor of the interface.
 *
 * <p><b>Owner:</b> see each part; {@link #watch} and {@link #close} one thread, the latter once the
 * device's thread has ended.
 *
 * <p><b>Errors:</b> {@link LinuxException} at opening; nothing stays open then.
 */
@Shared
public final class LinuxHost implements AutoCloseable {
  private final TunDevice tun;
  private final UdpSockets udp;
  private final PollDoorbell doorbell;
  private final OffloadSwitches switches;
  private @Nullable LinkMonitor monitor;

  private LinuxHost(
      TunDevice tun, UdpSockets udp, PollDoorbell doorbell, OffloadSwitches switches) {
    this.tun = tun;
    this.udp = udp;
    this.doorbell = doorbell;
    this.switches = switches;
  }

  /**
   * Makes the interface; its UDP sockets are not bound yet. Every offload that the kernel has is
   * used.
   */
  public static LinuxHost open(String name, int mtu) throws LinuxException {
    return open(name, mtu, Offloads.ALL, (offload, errno) -> {});
  }

  /** The same with only those offloads that are wanted. */
  public static LinuxHost open(String name, int mtu, Offloads wanted, OffloadListener listener)
      throws LinuxException {
    OffloadSwitches switches = new OffloadSwitches(wanted, listener);
    TunDevice tun = TunDevice.open(name, mtu, switches, OffloadCalls.KERNEL);
    UdpSockets udp = new UdpSockets(switches, OffloadCalls.KERNEL);
    try {
      return new LinuxHost(tun, udp, PollDoorbell.open(tun, udp), switches);
    } catch (LinuxException e) {
      tun.close();
      throw e;
    }
  }

  /**
   * The offloads that are on: those wanted without those that the kernel refused so far. What the
   * sockets can do is known once they are bound.
   */
  public Offloads offloads() {
    return switches.on();
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

  /** Begins to tell the listener of the interface: its present state, then every change. */
  public void watch(LinkListener listener) throws LinuxException {
    if (monitor != null) {
      throw new IllegalStateException("watched already");
    }
    monitor = LinkMonitor.open(tun, listener);
  }

  @Override
  public void close() {
    // First the monitor, which uses the TUN descriptor, and so that it does not tell of what we do.
    if (monitor != null) {
      monitor.close();
    }
    // No datagram may come in for an interface that is no more.
    udp.close();
    tun.close();
    doorbell.close();
  }
}
