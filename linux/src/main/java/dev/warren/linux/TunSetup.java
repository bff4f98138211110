package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Immutable;
import java.nio.charset.StandardCharsets;

/**
 * The steps that make a TUN interface, with an explanation for each that can fail.
 *
 * <p><b>Errors:</b> {@link LinuxException}; nothing stays open then.
 *
 * <p><b>Source:</b> Linux {@code drivers/net/tun.c} ({@code tun_set_iff}), {@code net/core/dev.c}
 * ({@code dev_valid_name}). The numbers are those of x86-64 and aarch64.
 */
@Immutable
final class TunSetup {
  static final long TUNSETIFF = 0x400454caL;
  static final long TUNGETIFF = 0x800454d2L;
  static final long TUNSETOFFLOAD = 0x400454d0L;

  private static final String CLONE_DEVICE = "/dev/net/tun";

  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;

  private static final int IFF_TUN = 0x0001;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;

  private static final int TUN_F_CSUM = 0x01;
  private static final int TUN_F_TSO4 = 0x02;
  private static final int TUN_F_TSO6 = 0x04;
  private static final int TUN_F_TSO_ECN = 0x08;
  private static final int TUN_F_USO4 = 0x20;
  private static final int TUN_F_USO6 = 0x40;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;

  private static final String NEEDS_ADMIN = "no permission; run as root or with CAP_NET_ADMIN";

  private TunSetup() {}

  /** Answers the descriptor of an interface of that name and, where we may set it, MTU. */
  static int open(String name, int mtu) throws LinuxException {
    checkName(name);
    int fd = Libc.open(CLONE_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
      throw new LinuxException("open " + CLONE_DEVICE, -fd, openDetail(name, -fd));
    }
    boolean done = false;
    try {
      create(fd, name);
      resize(name, mtu);
      done = true;
      return fd;
    } finally {
      if (!done) {
        Libc.close(fd);
      }
    }
  }

  /**
   * Says which joined packets may be read. What the kernel does not know of is switched off, the
   * newest first; a persistent interface is told anew, since it may remember its last user's wish.
   */
  static void offload(int fd, OffloadSwitches switches, OffloadCalls calls) {
    int result = calls.setTunOffload(fd, offloadFlags(switches));
    if (result < 0) {
      switches.off(Offload.TUN_USO, -result);
      result = calls.setTunOffload(fd, offloadFlags(switches));
    }
    if (result < 0) {
      switches.off(Offload.TUN_TSO, -result);
      calls.setTunOffload(fd, offloadFlags(switches));
    }
  }

  private static int offloadFlags(OffloadSwitches switches) {
    int flags = switches.isOn(Offload.TUN_TSO) ? TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0;
    flags |= switches.isOn(Offload.TUN_USO) ? TUN_F_USO4 | TUN_F_USO6 : 0;
    // The kernel leaves the checksums of joined packets to us; so it may those of single ones.
    return flags == 0 ? 0 : flags | TUN_F_CSUM;
  }

  /** The present name of the interface behind a descriptor. */
  static String nameOf(int fd, String otherwise) {
    InterfaceRequest request = new InterfaceRequest();
    return request.call(fd, TUNGETIFF) < 0 ? otherwise : request.name();
  }

  /** The present MTU of an interface. */
  static int mtuOf(String name, int otherwise) {
    int socket = anySocket();
    if (socket < 0) {
      return otherwise;
    }
    InterfaceRequest request = new InterfaceRequest().name(name);
    int result = request.call(socket, InterfaceRequest.SIOCGIFMTU);
    Libc.close(socket);
    return result < 0 ? otherwise : request.number();
  }

  private static void checkName(String name) throws LinuxException {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    String fault = null;
    if (length == 0) {
      fault = "an interface name must not be empty";
    } else if (length > InterfaceRequest.NAME_LIMIT_BYTES) {
      fault =
          "the interface name '%s' has %d bytes; Linux allows %d at most"
              .formatted(name, length, InterfaceRequest.NAME_LIMIT_BYTES);
    } else if (name.equals(".") || name.equals("..") || !isClean(name)) {
      fault =
          "'%s' is no interface name: it must not be . or .., nor contain / : %% or blanks"
              .formatted(name);
    }
    if (fault != null) {
      throw new LinuxException("TUNSETIFF", Errno.EINVAL, fault);
    }
  }

  private static boolean isClean(String name) {
    // '%' is fine for Linux but means "the next free number".
    return name.chars().allMatch(c -> c > ' ' && c != 0x7f && c != '/' && c != ':' && c != '%');
  }

  private static String openDetail(String name, int errno) {
    String what = "cannot create the interface " + name + ": ";
    return what
        + switch (errno) {
          case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
              "there is no "
                  + CLONE_DEVICE
                  + "; load the driver (modprobe tun), in a container pass the device in";
          case Errno.EPERM, Errno.EACCES -> NEEDS_ADMIN;
          default -> CLONE_DEVICE + " cannot be opened";
        };
  }

  private static void create(int fd, String name) throws LinuxException {
    InterfaceRequest request =
        new InterfaceRequest().name(name).flags(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR);
    int result = request.call(fd, TUNSETIFF);
    if (result >= 0) {
      return;
    }
    String why =
        switch (-result) {
          case Errno.EPERM, Errno.EACCES -> NEEDS_ADMIN;
          case Errno.EBUSY -> "another program uses the interface of that name";
          case Errno.EEXIST -> "the name is taken";
          case Errno.EINVAL -> "the name is taken by an interface that is not a TUN";
          case Errno.ENOTTY -> CLONE_DEVICE + " is not the driver's device; mount the real one";
          default -> "the kernel refused";
        };
    throw new LinuxException(
        "TUNSETIFF", -result, "cannot create the interface " + name + ": " + why);
  }

  private static void resize(String name, int mtu) throws LinuxException {
    int socket = anySocket();
    if (socket < 0) {
      throw new LinuxException("socket", -socket, "cannot set the MTU of " + name);
    }
    try {
      int result =
          new InterfaceRequest().name(name).number(mtu).call(socket, InterfaceRequest.SIOCSIFMTU);
      // A user's own persistent interface may be used without the right to change it.
      if (result < 0 && result != -Errno.EPERM) {
        String why = result == -Errno.EINVAL ? ": it must be 68 to 65535" : "";
        throw new LinuxException(
            "SIOCSIFMTU", -result, "cannot set the MTU of %s to %d%s".formatted(name, mtu, why));
      }
    } finally {
      Libc.close(socket);
    }
  }

  /** A socket for requests about interfaces: any family will do, but the host may lack one. */
  static int anySocket() {
    int socket = Libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return socket == -Errno.EAFNOSUPPORT
        ? Libc.socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)
        : socket;
  }
}
