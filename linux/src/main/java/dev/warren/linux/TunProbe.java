package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Descriptor;
import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the TUN descriptor itself knows of its interface, in whichever network namespace that is by
 * now.
 *
 * <p>Whether it is up shows in poll: the descriptor is writable just when the interface is up (its
 * send buffer has no bound). The trick of wireguard-go, to write nothing and look at the errno,
 * tells nothing by Linux 6.18: it answers EINVAL in both states.
 *
 * <p><b>Owner:</b> the link's thread.
 *
 * <p><b>Errors:</b> {@code -errno}, {@code -EBADFD} when the interface was deleted.
 *
 * <p><b>Source:</b> Linux {@code drivers/net/tun.c} ({@code __tun_chr_ioctl}, {@code
 * tun_chr_poll}).
 */
@Confined("link")
final class TunProbe {
  /** Answers a descriptor of the interface's namespace; older kernels lack it. */
  private static final long TUNGETDEVNETNS = 0x54e3;

  static final int POLLOUT = 4;

  private final Descriptor descriptor;
  private final InterfaceRequest request = new InterfaceRequest();
  private final MemorySegment poll = Arena.ofAuto().allocate(24, 8);

  TunProbe(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Asks for the present name; 0 or an errno. */
  int findName() {
    return ioctl(TunSetup.TUNGETIFF, true);
  }

  /** The name that {@link #findName} found. */
  String name() {
    return request.name();
  }

  /**
   * A new descriptor of the network namespace that the interface is in; it takes CAP_NET_ADMIN
   * there. It keeps the namespace alive, so close it soon.
   */
  int namespace() {
    return ioctl(TUNGETDEVNETNS, false);
  }

  /** The descriptor to wait for {@link #POLLOUT} on, which comes when the interface goes up. */
  int number() {
    return descriptor.number();
  }

  /** Whether the interface is up. */
  boolean isUp() {
    int fd = descriptor.enter();
    if (fd < 0) {
      return false;
    }
    poll.set(JAVA_INT, 0, fd);
    poll.set(JAVA_SHORT, 4, (short) POLLOUT);
    poll.set(JAVA_SHORT, 6, (short) 0);
    poll.set(JAVA_LONG, 8, 0);
    poll.set(JAVA_LONG, 16, 0);
    Libc.ppoll(poll.address(), 1, poll.address() + 8);
    descriptor.leave();
    return (poll.get(JAVA_SHORT, 6) & POLLOUT) != 0;
  }

  private int ioctl(long code, boolean withRequest) {
    int fd = descriptor.enter();
    if (fd < 0) {
      return -Errno.EBADFD;
    }
    int result = withRequest ? request.call(fd, code) : Libc.ioctl(fd, code, 0);
    descriptor.leave();
    return result;
  }
}
