package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Doorbell;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits by {@code ppoll} for input of the ports and for a ring.
 *
 * <p>Poll rather than epoll: there are four descriptors, two of them change at every rebind, and
 * poll asks the ports for them each time, so nothing has to be kept in step.
 *
 * <p>Once its interface was deleted a TUN port always counts as ready: the device must take the
 * errno of its read as the end.
 *
 * <p><b>Shape:</b> {@code pollfd[n]} of 8 bytes {int descriptor, short events, short result}, the
 * eventfd first; then a timespec {long seconds, long nanoseconds}; native order.
 *
 * <p><b>Owner:</b> {@link #await} one thread; {@link #ring} any thread; {@link #close} any thread
 * once nobody waits. A ring orders what was written before it ahead of what the waiter reads after
 * its return.
 *
 * <p><b>Source:</b> ppoll(2), eventfd(2).
 */
@Shared
public final class PollDoorbell implements Doorbell {
  private static final int POLLFD_BYTES = 8;
  private static final short POLLIN = 1;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final EventDescriptor event;
  private final PollSource[] sources;
  private final MemorySegment memory;
  private final int count;
  private final int timespec;

  private PollDoorbell(EventDescriptor event, PollSource[] sources) {
    this.event = event;
    this.sources = sources;
    int descriptors = 1;
    for (PollSource source : sources) {
      descriptors += source.pollCount();
    }
    count = descriptors;
    timespec = count * POLLFD_BYTES;
    memory = Arena.ofAuto().allocate(timespec + 16L, 8);
    for (int i = 0; i < count; i++) {
      memory.set(JAVA_SHORT, (long) i * POLLFD_BYTES + 4, POLLIN);
    }
  }

  /** Makes a doorbell that also wakes for input of these sources. */
  public static PollDoorbell open(PollSource... sources) throws LinuxException {
    return new PollDoorbell(EventDescriptor.open(), sources.clone());
  }

  @Override
  public void await(long nanos) {
    boolean raised = event.isRaised();
    if (nanos != 0 && !raised) {
      raised = poll(nanos);
    }
    // The common wake is that of a packet: then there is nothing to take, and no call to make.
    if (raised) {
      event.take();
    }
  }

  /**
   * Waits; answers whether the eventfd is up. The flag beside it says less: a ring may be between
   * its two steps.
   */
  private boolean poll(long nanos) {
    int index = 0;
    memory.set(JAVA_INT, 0, event.number());
    for (PollSource source : sources) {
      int its = source.pollCount();
      for (int i = 0; i < its; i++) {
        index++;
        memory.set(JAVA_INT, (long) index * POLLFD_BYTES, source.pollDescriptor(i));
      }
    }
    if (nanos > 0) {
      memory.set(JAVA_LONG, timespec, nanos / NANOS_PER_SECOND);
      memory.set(JAVA_LONG, timespec + 8L, nanos % NANOS_PER_SECOND);
    }
    int ready = Libc.ppoll(memory.address(), count, nanos < 0 ? 0 : memory.address() + timespec);
    return ready > 0 && memory.get(JAVA_SHORT, 6) != 0;
  }

  @Override
  public void ring() {
    event.raise();
  }

  @Override
  public void close() {
    event.close();
  }
}
