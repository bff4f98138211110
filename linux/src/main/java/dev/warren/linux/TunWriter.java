package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.offload.Coalescing;
import dev.warren.packet.offload.VirtioHeader;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes the packets of a batch to a TUN descriptor, joined where they fit together.
 *
 * <p>A single packet is written from where it lies, with its header in the bytes before it. A run
 * is written from several pieces of memory, the first with the headers made for it; the batch stays
 * as it is, so the packets can still go singly when the kernel refuses them joined.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> packets refused are counted by errno; the others still go.
 */
@Confined("device")
final class TunWriter {
  private final OffloadSwitches switches;
  private final OffloadCalls calls;
  private final ErrnoCounts refused = new ErrnoCounts();
  private final IoVector vector = new IoVector(1 + Coalescing.SEGMENT_LIMIT);
  private final MemorySegment header = Arena.ofAuto().allocate(Coalescing.HEADER_LIMIT_BYTES, 64);
  private Coalescing coalescing = new Coalescing(0);

  TunWriter(OffloadSwitches switches, OffloadCalls calls) {
    this.switches = switches;
    this.calls = calls;
  }

  /** The packets that the kernel refused to take, by errno. */
  ErrnoCounts refused() {
    return refused;
  }

  /** Writes all packets; answers how many went, or {@code -EBADFD} when the interface is gone. */
  int write(int fd, Batch batch) {
    boolean tcp = switches.isOn(Offload.TUN_TSO);
    boolean udp = switches.isOn(Offload.TUN_USO);
    return (tcp || udp) && batch.count() > 1
        ? writeRuns(fd, batch, tcp, udp)
        : writeSingly(fd, batch);
  }

  private int writeSingly(int fd, Batch batch) {
    int count = batch.count();
    int accepted = 0;
    for (int slot = 0; slot < count; slot++) {
      int result = writeOne(fd, batch, slot);
      if (result < 0) {
        return result;
      }
      accepted += result;
    }
    return accepted;
  }

  private int writeRuns(int fd, Batch batch, boolean tcp, boolean udp) {
    if (coalescing.capacity() < batch.capacity()) {
      coalescing = new Coalescing(batch.capacity());
    }
    coalescing.allow(tcp, udp);
    int runs = coalescing.group(batch);
    int accepted = 0;
    for (int run = 0; run < runs; run++) {
      int result =
          coalescing.segments(run) == 1
              ? writeOne(fd, batch, coalescing.first(run))
              : writeRun(fd, batch, run);
      if (result < 0) {
        return result;
      }
      accepted += result;
    }
    return accepted;
  }

  /** Answers 1 if the packet went, 0 if it was refused, {@code -EBADFD} if nothing goes. */
  private int writeOne(int fd, Batch batch, int slot) {
    MemorySegment memory = batch.memory();
    int start = batch.offset(slot) - VirtioHeader.SIZE;
    VirtioHeader.clear(memory, start);
    int length = VirtioHeader.SIZE + batch.length(slot);
    int result;
    do {
      result = Libc.write(fd, memory.address() + start, length);
    } while (result == -Errno.EINTR);
    if (result >= 0) {
      return 1;
    }
    if (TunDevice.isGone(result)) {
      return -Errno.EBADFD;
    }
    // EIO: the interface is down. EINVAL: no IP packet. EAGAIN, ENOBUFS, ENOMEM: no room.
    refused.count(-result);
    return 0;
  }

  /** Answers as {@link #writeOne}, with the number of packets. */
  private int writeRun(int fd, Batch batch, int run) {
    int segments = coalescing.segments(run);
    int result;
    gather(batch, run);
    do {
      result = calls.writev(fd, vector.address(), 1 + segments);
    } while (result == -Errno.EINTR);
    if (result >= 0) {
      return segments;
    }
    if (TunDevice.isGone(result)) {
      return -Errno.EBADFD;
    }
    if (result == -Errno.EINVAL || result == -Errno.EIO) {
      return writeParts(fd, batch, run, -result);
    }
    refused.add(-result, segments);
    return 0;
  }

  private void gather(Batch batch, int run) {
    coalescing.writeHeader(batch, run, header, 0);
    int headerBytes = coalescing.headerBytes(run);
    vector.set(0, header.address(), VirtioHeader.SIZE + headerBytes);
    long payload = batch.memory().address() + headerBytes;
    int piece = 1;
    for (int slot = coalescing.first(run); slot >= 0; slot = coalescing.next(slot)) {
      vector.set(piece++, payload + batch.offset(slot), batch.length(slot) - headerBytes);
    }
  }

  /** Writes the packets of a run singly, as the kernel did not take them joined. */
  private int writeParts(int fd, Batch batch, int run, int errno) {
    int accepted = 0;
    for (int slot = coalescing.first(run); slot >= 0; slot = coalescing.next(slot)) {
      int result = writeOne(fd, batch, slot);
      if (result < 0) {
        return result;
      }
      accepted += result;
    }
    if (accepted > 0) {
      // Else it is not for being joined: the interface is down, for example.
      switches.off(coalescing.isTcp(run) ? Offload.TUN_TSO : Offload.TUN_USO, errno);
    }
    return accepted;
  }
}
