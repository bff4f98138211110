package dev.warren.sim.stack;

import dev.warren.packet.owner.Confined;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a link: packets go in at one time and come out at another, if at all.
 *
 * <p>It has no clock: real time and virtual time drive it alike.
 *
 * <p><b>Owner:</b> one thread.
 */
@Confined("sim")
public final class PacketLink {
  private static final double NANOS_PER_SECOND = 1e9;

  private final RandomGenerator random;
  private final PriorityQueue<Flight> flights =
      new PriorityQueue<>(Comparator.comparingLong(Flight::nanos).thenComparingLong(Flight::order));
  private LinkFaults faults = LinkFaults.delay(0);
  private long orderCount;
  private long freeNanos = Long.MIN_VALUE;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Flight(long nanos, long order, byte[] packet) {}

  /** A link that delivers at once; all its chances come from {@code random}. */
  public PacketLink(RandomGenerator random) {
    this.random = random;
  }

  /** Changes what happens to packets from now on. */
  public void faults(LinkFaults newFaults) {
    faults = newFaults;
  }

  /** Takes a packet; the array is the link's from now on. */
  public void send(byte[] packet, long nowNanos) {
    if (random.nextDouble() < faults.loss()) {
      return;
    }
    long start = nowNanos;
    if (faults.bytesPerSecond() > 0) {
      start = Math.max(nowNanos, freeNanos);
      double waitingBytes = (start - nowNanos) / NANOS_PER_SECOND * faults.bytesPerSecond();
      if (waitingBytes + packet.length > faults.queueBytes()) {
        return;
      }
      start += (long) (packet.length * NANOS_PER_SECOND / faults.bytesPerSecond());
      freeNanos = start;
    }
    int copies = random.nextDouble() < faults.duplication() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      byte[] copy = packet;
      if (random.nextDouble() < faults.corruption()) {
        copy = packet.clone();
        copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
      }
      long delay = faults.delayNanos();
      if (random.nextDouble() < faults.reordering()) {
        delay += (long) (random.nextDouble() * faults.jitterNanos());
      }
      flights.add(new Flight(start + delay, orderCount++, copy));
    }
  }

  /** The next packet that has arrived, or null. */
  public byte @Nullable [] take(long nowNanos) {
    Flight next = flights.peek();
    if (next == null || next.nanos() > nowNanos) {
      return null;
    }
    flights.remove();
    return next.packet();
  }

  /** When the next packet arrives; {@link Long#MAX_VALUE} while none is under way. */
  public long nextNanos() {
    Flight next = flights.peek();
    return next == null ? Long.MAX_VALUE : next.nanos();
  }
}
