package dev.warren.linux;

import dev.warren.linux.libc.Descriptor;
import dev.warren.packet.Batch;
import dev.warren.packet.TunPort;
import dev.warren.packet.owner.Shared;

/**
 * A TUN interface of the kernel.
 *
 * <p>The descriptor carries a {@link dev.warren.packet.offload.VirtioHeader} before every packet.
 * With {@link Offload#TUN_TSO} and {@link Offload#TUN_USO} one system call moves up to 64 KiB of
 * one flow as if it were one packet: {@link TunReader} splits those, {@link TunWriter} makes them.
 *
 * <p>The interface lives as long as the descriptor, unless it was made persistent before.
 *
 * <p><b>Owner:</b> one thread reads and writes; any thread may close. Name and MTU are volatile,
 * written by the {@link LinkMonitor}.
 *
 * <p><b>Errors:</b> {@link #open} throws {@link LinuxException}; afterwards {@code -errno}, {@code
 * -EBADFD} when the interface was deleted or the port closed.
 *
 * <p><b>Source:</b> Linux {@code Documentation/networking/tuntap.rst} and {@code
 * drivers/net/tun.c}.
 */
@Shared
public final class TunDevice implements TunPort, PollSource {
  /** Room for WireGuard's header and tag in an outer packet of 1500 bytes over IPv6. */
  public static final int DEFAULT_MTU = 1420;

  /** The largest packet that can be read, whatever the MTU is by then. */
  public static final int PACKET_LIMIT_BYTES = 65_535;

  /** The smallest memory of a batch that {@link #read} can fill at all. */
  public static final int BATCH_MIN_BYTES =
      Batch.HEADROOM + PACKET_LIMIT_BYTES + Batch.TAILROOM + 1;

  private final Descriptor descriptor;
  private final TunReader reader;
  private final TunWriter writer;
  private volatile String name;
  private volatile int mtu;

  private TunDevice(int fd, String name, int mtu, OffloadSwitches switches, OffloadCalls calls) {
    this.descriptor = new Descriptor(fd);
    this.reader = new TunReader();
    this.writer = new TunWriter(switches, calls);
    this.name = name;
    this.mtu = mtu;
  }

  /**
   * Makes the interface, or takes over a persistent TUN interface of that name that nobody uses,
   * and sets its MTU. Who owns a persistent interface but is not allowed to administer the network
   * gets it with the MTU that it has. Every offload that the kernel has is used.
   */
  public static TunDevice open(String name, int mtu) throws LinuxException {
    OffloadSwitches switches = new OffloadSwitches(Offloads.ALL, (offload, errno) -> {});
    return open(name, mtu, switches, OffloadCalls.KERNEL);
  }

  static TunDevice open(String name, int mtu, OffloadSwitches switches, OffloadCalls calls)
      throws LinuxException {
    int fd = TunSetup.open(name, mtu);
    TunSetup.offload(fd, switches, calls);
    return new TunDevice(fd, TunSetup.nameOf(fd, name), TunSetup.mtuOf(name, mtu), switches, calls);
  }

  /** Takes a descriptor that behaves as that of an interface. */
  static TunDevice over(int fd, String name, int mtu, OffloadSwitches switches) {
    return new TunDevice(fd, name, mtu, switches, OffloadCalls.KERNEL);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  /** Notes a new name; the monitor's call. */
  void renamed(String newName) {
    name = newName;
  }

  /** Notes a new MTU; the monitor's call. */
  void resized(int newMtu) {
    mtu = newMtu;
  }

  /** The packets that the kernel refused to take, by errno. */
  public ErrnoCounts refused() {
    return writer.refused();
  }

  /** The packets read that made no sense (as EINVAL), and reads that failed, by errno. */
  public ErrnoCounts unreadable() {
    return reader.unreadable();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads until none waits, or slots or memory are used up. Of a super-packet that no longer
   * fits the rest comes with the next call, and nothing more is read before.
   */
  @Override
  public int read(Batch batch) {
    assert batch.memory().byteSize() >= BATCH_MIN_BYTES;
    batch.clear();
    int fd = descriptor.enter();
    if (fd < 0) {
      return -Errno.EBADFD;
    }
    try {
      return reader.read(fd, batch, mtu);
    } finally {
      descriptor.leave();
    }
  }

  @Override
  public int write(Batch batch) {
    int fd = descriptor.enter();
    if (fd < 0) {
      return -Errno.EBADFD;
    }
    try {
      return writer.write(fd, batch);
    } finally {
      descriptor.leave();
    }
  }

  /** Whether a call says that there is no interface any more. */
  static boolean isGone(int result) {
    return result == -Errno.EBADFD || result == -Errno.ENODEV || result == -Errno.EBADF;
  }

  /** The open descriptor, for the room's own requests; see {@link Descriptor#enter}. */
  Descriptor descriptor() {
    return descriptor;
  }

  @Override
  public int pollCount() {
    return 1;
  }

  @Override
  public int pollDescriptor(int index) {
    return descriptor.number();
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
