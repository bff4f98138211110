package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What {@link LinuxHost} is to a device, without an interface and without a right to make one: a
 * pair of sockets stands in for the interface. What is written at its {@link #far} end is what the
 * device reads, and the other way round. Every other byte takes the way it takes in earnest,
 * through the same classes and system calls, offloads included.
 *
 * <p>It is for practice: the JVM compiles what is run, and remembers it.
 *
 * <p><b>Shape:</b> AF_UNIX, SOCK_SEQPACKET: as with an interface, one call moves one packet, behind
 * its {@link dev.warren.packet.offload.VirtioHeader}.
 *
 * <p><b>Owner:</b> as {@link LinuxHost}; the far end one thread.
 *
 * <p><b>Errors:</b> {@link LinuxException} at opening; nothing stays open then.
 */
@Shared
public final class StandInHost implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;

  private final TunDevice tun;
  private final TunDevice far;
  private final UdpSockets udp;
  private final PollDoorbell doorbell;
  private final PollDoorbell farDoorbell;

  private StandInHost(TunDevice tun, TunDevice far, UdpSockets udp) throws LinuxException {
    this.tun = tun;
    this.far = far;
    this.udp = udp;
    doorbell = PollDoorbell.open(tun, udp);
    try {
      farDoorbell = PollDoorbell.open(far);
    } catch (LinuxException e) {
      doorbell.close();
      throw e;
    }
  }

  /** Makes the stand-in; its UDP sockets are not bound yet. */
  public static StandInHost open(String name, int mtu) throws LinuxException {
    MemorySegment pair = Arena.ofAuto().allocate(JAVA_INT, 2);
    int type = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int result = Libc.socketpair(AF_UNIX, type, 0, pair.address());
    if (result < 0) {
      throw new LinuxException("socketpair", -result, "cannot make a stand-in for an interface");
    }
    OffloadSwitches switches = new OffloadSwitches(Offloads.ALL, (offload, errno) -> {});
    TunDevice tun = TunDevice.over(pair.getAtIndex(JAVA_INT, 0), name, mtu, switches);
    TunDevice far = TunDevice.over(pair.getAtIndex(JAVA_INT, 1), name, mtu, switches);
    try {
      return new StandInHost(tun, far, new UdpSockets(switches, OffloadCalls.KERNEL));
    } catch (LinuxException e) {
      tun.close();
      far.close();
      throw e;
    }
  }

  /** The device's end of the interface. */
  public TunDevice tun() {
    return tun;
  }

  /** The other end, where the system's own network would be. */
  public TunDevice far() {
    return far;
  }

  /** Waits until the device has written a packet, or until the time is over. */
  public void awaitPacket(long nanos) {
    farDoorbell.await(nanos);
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
    udp.close();
    tun.close();
    far.close();
    doorbell.close();
    farDoorbell.close();
  }
}
