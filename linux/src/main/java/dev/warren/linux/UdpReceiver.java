package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * Receives datagrams of both families into one batch.
 *
 * <p><b>Shape:</b> the batch's memory is cut into areas of {@link #STRIDE_BYTES}, each large enough
 * for any datagram; message {@code i} of the vector goes to area {@code i}, whichever socket it
 * comes from. The first socket fills the first areas, the second those left; they take turns in
 * being first, so that a flood on one family cannot silence the other.
 *
 * <p>Where {@link Offload#UDP_GRO} is on a message may hold many datagrams of one sender, one right
 * after another; each gets its slot where it lies. No more messages are received at once than there
 * are slots for if each is as full as can be.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> an errno that a socket reports is counted and taken for "nothing there": it is
 * about some earlier datagram, and no datagram may end the loop. Only a socket that is none ({@code
 * EBADF}) is reported.
 */
@Confined("device")
final class UdpReceiver {
  /** The room of one datagram: UDP's largest is 65,507 bytes over IPv4 and 65,527 over IPv6. */
  static final int AREA_BYTES = 65_536;

  /**
   * The distance of two areas. A plain 64 KiB would put the first bytes of every datagram into the
   * same few cache sets; the skew of 24 lines spreads them.
   */
  static final int STRIDE_BYTES = AREA_BYTES + 24 * 64;

  /** The most datagrams that the kernel joins. */
  static final int RUN_LIMIT = 64;

  private final MessageVector vector;
  private final boolean joined;
  private final UdpLeftover leftover = new UdpLeftover();
  private final EndpointCache endpoints = new EndpointCache();
  private final ErrnoCounts errors = new ErrnoCounts();
  private long areasAddress;
  private long areasBytes;
  private int areas;
  private int used;
  private boolean v6First;

  // What the control messages of one datagram said.
  private int tos;
  private long sourceHigh;
  private long sourceLow;
  private int sourceInterface;
  private int segmentBytes;

  /**
   * Makes one that receives up to {@code capacity} messages.
   *
   * @param joined whether a message may hold several datagrams
   */
  UdpReceiver(int capacity, boolean joined) {
    vector = new MessageVector(capacity);
    this.joined = joined;
    used = capacity;
  }

  /** What sockets reported, by errno; {@code EMSGSIZE} counts datagrams that did not fit. */
  ErrnoCounts errors() {
    return errors;
  }

  /** Clears and fills the batch from both sockets; a descriptor below 0 stands for none. */
  int receive(Batch batch, int fd4, int fd6) {
    batch.clear();
    prepare(batch);
    if (!leftover.isEmpty()) {
      used = 1; // It takes the first area.
      leftover.into(batch);
    }
    v6First = !v6First;
    int first = v6First ? drain(batch, fd6, true) : drain(batch, fd4, false);
    if (first < 0) {
      return first;
    }
    int second = v6First ? drain(batch, fd4, false) : drain(batch, fd6, true);
    return batch.isEmpty() && second < 0 ? second : batch.count();
  }

  private void prepare(Batch batch) {
    MemorySegment memory = batch.memory();
    if (memory.address() != areasAddress || memory.byteSize() != areasBytes) {
      layOut(memory);
    }
    for (int i = 0; i < used; i++) {
      vector.reset(i);
    }
    used = 0;
  }

  private void layOut(MemorySegment memory) {
    areasAddress = memory.address();
    areasBytes = memory.byteSize();
    // A batch too small for one area still receives; what does not fit is dropped and counted.
    long fitting = (areasBytes + STRIDE_BYTES - AREA_BYTES) / STRIDE_BYTES;
    areas = Math.clamp(fitting, 1, vector.capacity());
    for (int i = 0; i < areas; i++) {
      vector.data(i, areasAddress + (long) i * STRIDE_BYTES, Math.min(AREA_BYTES, areasBytes));
    }
  }

  /** Receives into the areas that are free; 0 or a negative errno that means no socket. */
  private int drain(Batch batch, int fd, boolean v6) {
    boolean more = fd >= 0;
    while (more) {
      int first = used;
      int wanted = Math.min(areas - first, messagesFor(batch));
      if (wanted <= 0) {
        return 0;
      }
      int count = Libc.recvmmsg(fd, vector.address(first), wanted, Inet.MSG_DONTWAIT);
      if (count < 0) {
        if (count == -Errno.EBADF || count == -Errno.ENOTSOCK) {
          return count;
        }
        if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
          errors.count(-count);
        }
        return 0;
      }
      used = first + count;
      for (int i = first; i < used; i++) {
        deliver(batch, i, v6);
      }
      more = count == wanted;
    }
    return 0;
  }

  /** How many messages the free slots of a batch are enough for. */
  private int messagesFor(Batch batch) {
    int slots = batch.capacity() - batch.count();
    if (!joined) {
      return slots;
    }
    // A batch too small for a full message gets one all the same; see UdpLeftover.
    return batch.isEmpty() ? Math.max(slots / RUN_LIMIT, Math.min(slots, 1)) : slots / RUN_LIMIT;
  }

  private void deliver(Batch batch, int message, boolean v6) {
    if ((vector.flags(message) & Inet.MSG_TRUNC) != 0) {
      errors.count(Errno.EMSGSIZE);
      return;
    }
    readControl(message);
    int length = vector.length(message);
    int offset = message * STRIDE_BYTES;
    Endpoint sender = v6 ? senderV6(message) : senderV4(message);
    int end = offset + length;
    do {
      int piece = segmentBytes > 0 ? Math.min(segmentBytes, end - offset) : length;
      if (batch.count() == batch.capacity()) {
        leftover.keep(batch, offset, end - offset, piece, sender, tos);
        return;
      }
      int slot = batch.append(offset, piece);
      batch.endpoint(slot, sender);
      batch.tos(slot, tos);
      offset += piece;
    } while (offset < end);
  }

  private Endpoint senderV4(int message) {
    MemorySegment memory = vector.memory();
    int name = vector.name(message);
    return endpoints.v4(
        memory.get(Inet.INT_BE, name + 4),
        Inet.port(memory, name),
        (int) sourceLow,
        sourceInterface);
  }

  private Endpoint senderV6(int message) {
    MemorySegment memory = vector.memory();
    int name = vector.name(message);
    return endpoints.v6(
        memory.get(Inet.LONG_BE, name + 8),
        memory.get(Inet.LONG_BE, name + 16),
        Inet.port(memory, name),
        memory.get(JAVA_INT, name + 24),
        sourceHigh,
        sourceLow,
        sourceInterface);
  }

  private void readControl(int message) {
    tos = 0;
    segmentBytes = 0;
    sourceHigh = 0;
    sourceLow = 0;
    sourceInterface = 0;
    MemorySegment memory = vector.memory();
    int offset = vector.control(message);
    int end = offset + vector.controlLength(message);
    while (offset + Inet.CMSG_HEADER_BYTES <= end) {
      int length = (int) memory.get(JAVA_LONG, offset);
      if (length < Inet.CMSG_HEADER_BYTES || offset + length > end) {
        return;
      }
      readControl(memory, offset);
      offset += (length + 7) & -8;
    }
  }

  private void readControl(MemorySegment memory, int offset) {
    int level = memory.get(JAVA_INT, offset + 8);
    int type = memory.get(JAVA_INT, offset + 12);
    int data = offset + Inet.CMSG_HEADER_BYTES;
    if (level == Inet.IPPROTO_IP) {
      if (type == Inet.IP_PKTINFO) {
        // {int ifindex, spec_dst, addr}: spec_dst is the address to answer from, also for a
        // datagram that came to a broadcast address.
        sourceInterface = memory.get(JAVA_INT, data);
        sourceLow = memory.get(Inet.INT_BE, data + 4) & 0xffffffffL;
      } else if (type == Inet.IP_TOS) {
        tos = memory.get(JAVA_BYTE, data) & 0xff;
      }
    } else if (level == Inet.IPPROTO_IPV6) {
      if (type == Inet.IPV6_PKTINFO) {
        sourceHigh = memory.get(Inet.LONG_BE, data);
        sourceLow = memory.get(Inet.LONG_BE, data + 8);
        sourceInterface = memory.get(JAVA_INT, data + 16);
        if (sourceHigh >>> 56 == 0xff) {
          // A multicast group is no address to answer from.
          sourceHigh = 0;
          sourceLow = 0;
        }
      } else if (type == Inet.IPV6_TCLASS) {
        tos = memory.get(JAVA_INT, data) & 0xff;
      }
    } else if (level == Inet.SOL_UDP && type == Inet.UDP_GRO) {
      segmentBytes = memory.get(JAVA_INT, data);
    }
  }
}
