package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The native side of {@code recvmmsg} and {@code sendmmsg}: an array of message headers, each with
 * its room for an address and for control messages, and an array of data vectors.
 *
 * <p><b>Shape:</b> in one block, {@code mmsghdr[n]} (64 bytes each), {@code iovec[n]} (16), names
 * (32, a {@code sockaddr_in} or {@code sockaddr_in6}), controls (128). An {@code mmsghdr} is {name
 * address 8, name length 4, pad 4, iovec address 8, iovec count 8, control address 8, control
 * length 8, flags 4, pad 4, message length 4, pad 4}, native order. Message {@code i} starts with
 * data vector {@code i} alone; {@link #segments} gives it a run of them.
 *
 * <p><b>Units:</b> offsets in bytes within {@link #memory()}.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> recvmmsg(2), the 64-bit ABI of Linux (glibc and musl alike).
 */
@Confined("device")
final class MessageVector {
  static final int NAME_BYTES = 32;
  static final int CONTROL_BYTES = 128;

  private static final int HEADER_BYTES = 64;
  private static final int IOVEC_BYTES = 16;

  private static final int NAME = 0;
  private static final int NAME_LENGTH = 8;
  private static final int IOVEC = 16;
  private static final int IOVEC_COUNT = 24;
  private static final int CONTROL = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int FLAGS = 48;
  private static final int LENGTH = 56;

  private final MemorySegment memory;
  private final int capacity;
  private final int iovecs;
  private final int names;
  private final int controls;

  MessageVector(int capacity) {
    this(capacity, capacity);
  }

  /** Makes one of more data vectors than messages. */
  MessageVector(int capacity, int iovecCount) {
    this.capacity = capacity;
    iovecs = capacity * HEADER_BYTES;
    names = iovecs + iovecCount * IOVEC_BYTES;
    controls = names + capacity * NAME_BYTES;
    memory = Arena.ofAuto().allocate(controls + (long) capacity * CONTROL_BYTES, 64);
    long base = memory.address();
    for (int i = 0; i < capacity; i++) {
      memory.set(JAVA_LONG, header(i) + NAME, base + name(i));
      memory.set(JAVA_LONG, header(i) + CONTROL, base + control(i));
      segments(i, i, 1);
    }
  }

  int capacity() {
    return capacity;
  }

  MemorySegment memory() {
    return memory;
  }

  /** The address of the header of a message, for the system call. */
  long address(int message) {
    return memory.address() + header(message);
  }

  /** Where the address of a message lies. */
  int name(int message) {
    return names + message * NAME_BYTES;
  }

  /** Where the control messages of a message begin. */
  int control(int message) {
    return controls + message * CONTROL_BYTES;
  }

  /** Points a data vector at memory. */
  void data(int iovec, long address, long length) {
    long offset = iovecs + (long) iovec * IOVEC_BYTES;
    memory.set(JAVA_LONG, offset, address);
    memory.set(JAVA_LONG, offset + 8, length);
  }

  /** Makes a message's data out of {@code count} data vectors. */
  void segments(int message, int firstIovec, int count) {
    long address = memory.address() + iovecs + (long) firstIovec * IOVEC_BYTES;
    memory.set(JAVA_LONG, header(message) + IOVEC, address);
    memory.set(JAVA_LONG, header(message) + IOVEC_COUNT, count);
  }

  /** Tells how much of a message's name and control room is used, or is free to use. */
  void lengths(int message, int nameBytes, int controlBytes) {
    memory.set(JAVA_INT, header(message) + NAME_LENGTH, nameBytes);
    memory.set(JAVA_LONG, header(message) + CONTROL_LENGTH, controlBytes);
  }

  /** Tells how much of a message's control room is used. */
  void controlLength(int message, int controlBytes) {
    memory.set(JAVA_LONG, header(message) + CONTROL_LENGTH, controlBytes);
  }

  /** Makes a message ready to receive: the kernel overwrites these fields every time. */
  void reset(int message) {
    lengths(message, NAME_BYTES, CONTROL_BYTES);
    memory.set(JAVA_INT, header(message) + FLAGS, 0);
  }

  /** The bytes received. */
  int length(int message) {
    return memory.get(JAVA_INT, header(message) + LENGTH);
  }

  int flags(int message) {
    return memory.get(JAVA_INT, header(message) + FLAGS);
  }

  int controlLength(int message) {
    return (int) memory.get(JAVA_LONG, header(message) + CONTROL_LENGTH);
  }

  private static long header(int message) {
    return (long) message * HEADER_BYTES;
  }
}
