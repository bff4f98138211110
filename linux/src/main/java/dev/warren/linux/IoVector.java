package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Pieces of memory that one {@code readv} fills or one {@code writev} writes.
 *
 * <p><b>Shape:</b> {@code iovec[n]}: address 8 bytes, length 8 bytes, native order.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> readv(2).
 */
@Confined("device")
final class IoVector {
  private static final int BYTES = 16;

  private final MemorySegment memory;

  IoVector(int capacity) {
    memory = Arena.ofAuto().allocate((long) capacity * BYTES, 8);
  }

  /** Points one piece at memory. */
  void set(int index, long address, long length) {
    memory.set(JAVA_LONG, (long) index * BYTES, address);
    memory.set(JAVA_LONG, (long) index * BYTES + 8, length);
  }

  /** The address for the system call. */
  long address() {
    return memory.address();
  }
}
