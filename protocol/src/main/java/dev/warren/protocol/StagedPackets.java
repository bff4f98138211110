package dev.warren.protocol;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one peer that wait for a keypair.
 *
 * <p>They are copied, so that a waiting packet never holds up a batch. Full means {@link
 * Messages#MAX_STAGED_PACKETS} packets, or the byte budget of the whole device used up: then this
 * peer's oldest packets go, and if it has none the new one.
 */
@Confined("device")
final class StagedPackets {
  private final Budget budget;
  private final ArrayDeque<byte[]> packets = new ArrayDeque<>(0);

  /** The bytes that all peers' staged packets may take together. */
  @Confined("device")
  static final class Budget {
    private long freeBytes;

    Budget(long bytes) {
      freeBytes = bytes;
    }

    long freeBytes() {
      return freeBytes;
    }
  }

  StagedPackets(Budget budget) {
    this.budget = budget;
  }

  boolean isEmpty() {
    return packets.isEmpty();
  }

  int size() {
    return packets.size();
  }

  /** Copies a packet in; answers how many packets were dropped for it. */
  int add(MemorySegment memory, int offset, int length) {
    int dropped = 0;
    while (!packets.isEmpty()
        && (packets.size() >= Messages.MAX_STAGED_PACKETS || length > budget.freeBytes)) {
      poll();
      dropped++;
    }
    if (length > budget.freeBytes) {
      return dropped + 1;
    }
    byte[] copy = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, copy, 0, length);
    packets.addLast(copy);
    budget.freeBytes -= length;
    return dropped;
  }

  /** Takes the oldest packet, or null. */
  byte @Nullable [] poll() {
    byte[] packet = packets.pollFirst();
    if (packet != null) {
      budget.freeBytes += packet.length;
    }
    return packet;
  }

  /** Drops all; answers how many there were. */
  int purge() {
    int count = packets.size();
    while (!packets.isEmpty()) {
      poll();
    }
    return count;
  }
}
