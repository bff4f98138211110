package dev.warren.linux;

import dev.warren.linux.libc.Descriptor;
import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.TunPort;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.MemorySegment;

/**
 * A TUN interface of the kernel.
 *
 * <p>The descriptor carries a {@link VnetHeader} before every packet. It is read into, and written
 * from, the bytes before the packet where it lies in the batch: one system call and no copy per
 * packet. No offload is switched on, so the kernel hands over plain packets; a checksum left
 * unfinished is finished all the same.
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
  private final ErrnoCounts refused = new ErrnoCounts();
  private final ErrnoCounts unreadable = new ErrnoCounts();
  private volatile String name;
  private volatile int mtu;

  private TunDevice(int fd, String name, int mtu) {
    this.descriptor = new Descriptor(fd);
    this.name = name;
    this.mtu = mtu;
  }

  /**
   * Makes the interface, or takes over a persistent TUN interface of that name that nobody uses,
   * and sets its MTU. Who owns a persistent interface but is not allowed to administer the network
   * gets it with the MTU that it has.
   */
  public static TunDevice open(String name, int mtu) throws LinuxException {
    int fd = TunSetup.open(name, mtu);
    return new TunDevice(fd, TunSetup.nameOf(fd, name), TunSetup.mtuOf(name, mtu));
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
    return refused;
  }

  /** The packets read that made no sense (as EINVAL), and reads that failed, by errno. */
  public ErrnoCounts unreadable() {
    return unreadable;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads until none waits, the slots are used up, or the memory left could not take a packet of
   * {@link #PACKET_LIMIT_BYTES}: the MTU can grow at any time, and a packet cut short is lost.
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
      return read(fd, batch);
    } finally {
      descriptor.leave();
    }
  }

  private int read(int fd, Batch batch) {
    MemorySegment memory = batch.memory();
    while (batch.hasRoom(PACKET_LIMIT_BYTES)) {
      int header = batch.nextOffset() - VnetHeader.SIZE;
      int got = Libc.read(fd, memory.address() + header, VnetHeader.SIZE + PACKET_LIMIT_BYTES);
      if (got >= VnetHeader.SIZE) {
        accept(batch, header, got - VnetHeader.SIZE);
      } else if (got == -Errno.EAGAIN) {
        break;
      } else if (isGone(got)) {
        return batch.isEmpty() ? -Errno.EBADFD : batch.count();
      } else if (got != -Errno.EINTR) {
        // A packet that cannot be read is gone from the queue; the next may be fine. But end this
        // batch: an error that stays must not keep the thread here.
        unreadable.count(got < 0 ? -got : Errno.EIO);
        break;
      }
    }
    return batch.count();
  }

  private void accept(Batch batch, int header, int length) {
    MemorySegment memory = batch.memory();
    boolean plain = VnetHeader.gsoType(memory, header) == VnetHeader.GSO_NONE;
    boolean finished =
        (VnetHeader.flags(memory, header) & VnetHeader.FLAG_NEEDS_CSUM) == 0
            || VnetHeader.finishChecksum(memory, header, length);
    if (plain && finished && length > 0) {
      batch.reserve(length);
    } else {
      unreadable.count(Errno.EINVAL);
    }
  }

  @Override
  public int write(Batch batch) {
    int fd = descriptor.enter();
    if (fd < 0) {
      return -Errno.EBADFD;
    }
    try {
      return write(fd, batch);
    } finally {
      descriptor.leave();
    }
  }

  private int write(int fd, Batch batch) {
    MemorySegment memory = batch.memory();
    int count = batch.count();
    int accepted = 0;
    for (int slot = 0; slot < count; slot++) {
      int header = batch.offset(slot) - VnetHeader.SIZE;
      VnetHeader.clear(memory, header);
      int length = VnetHeader.SIZE + batch.length(slot);
      int result = Libc.write(fd, memory.address() + header, length);
      if (result == -Errno.EINTR) {
        result = Libc.write(fd, memory.address() + header, length);
      }
      if (result >= 0) {
        accepted++;
      } else if (isGone(result)) {
        return -Errno.EBADFD;
      } else {
        // EIO: the interface is down. EINVAL: no IP packet. EAGAIN, ENOBUFS, ENOMEM: no room.
        refused.count(-result);
      }
    }
    return accepted;
  }

  private static boolean isGone(int result) {
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
