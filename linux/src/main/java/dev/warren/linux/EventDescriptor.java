package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.linux.libc.Descriptor;
import dev.warren.linux.libc.Libc;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An eventfd: a flag that a thread in poll can wait for.
 *
 * <p><b>Owner:</b> {@link #raise} any thread; {@link #take} the one that waits. Only the first
 * raise since the last take writes to the kernel. {@code raised} is changed by atomic
 * read-modify-writes: what a thread wrote before its raise is seen after the take.
 *
 * <p><b>Source:</b> eventfd(2).
 */
@Shared
final class EventDescriptor implements AutoCloseable {
  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;

  private final Descriptor descriptor;
  private final AtomicBoolean raised = new AtomicBoolean();
  private final MemorySegment one = Arena.ofAuto().allocateFrom(JAVA_LONG, 1);
  private final MemorySegment taken = Arena.ofAuto().allocate(JAVA_LONG);

  private EventDescriptor(int fd) {
    descriptor = new Descriptor(fd);
  }

  static EventDescriptor open() throws LinuxException {
    int fd = Libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) {
      throw new LinuxException("eventfd", -fd, "cannot make the doorbell of a thread");
    }
    return new EventDescriptor(fd);
  }

  void raise() {
    if (raised.getAndSet(true)) {
      return;
    }
    int fd = descriptor.enter();
    if (fd >= 0) {
      int result;
      do {
        result = Libc.write(fd, one.address(), Long.BYTES);
      } while (result == -Errno.EINTR);
      descriptor.leave();
    }
  }

  boolean isRaised() {
    return raised.get();
  }

  /** Lowers the flag; answers whether it was raised. */
  boolean take() {
    int fd = descriptor.enter();
    if (fd >= 0) {
      // First the kernel's flag, then ours: the other way round a raise in between would leave ours
      // up and the kernel's down, and no later raise would wake anyone.
      Libc.read(fd, taken.address(), Long.BYTES);
      descriptor.leave();
    }
    return raised.getAndSet(false);
  }

  /** The number to poll for input. */
  int number() {
    return descriptor.number();
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
