package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.Batch;
import dev.warren.packet.offload.Segmentation;
import dev.warren.packet.offload.VirtioHeader;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads packets from a TUN descriptor into batches, and splits those that come joined.
 *
 * <p>What is read goes into two pieces of memory: the batch, where a packet of the MTU's size lies
 * right away as it should, and behind it a scratch. A super-packet is put together in the scratch
 * and split from there. What no longer fits into the batch waits there for the next one.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Errors:</b> a packet that makes no sense is dropped and counted.
 */
@Confined("device")
final class TunReader {
  private static final int PACKET_AT = 64;
  private static final int HEADER_AT = PACKET_AT - VirtioHeader.SIZE;

  private final MemorySegment scratch =
      Arena.ofAuto().allocate(PACKET_AT + TunDevice.PACKET_LIMIT_BYTES, 64);
  private final IoVector vector = new IoVector(2);
  private final Segmentation segmentation = new Segmentation();
  private final ErrnoCounts unreadable = new ErrnoCounts();

  /** The length of a plain packet in the scratch that waits for room. */
  private int waiting;

  /** The packets read that made no sense (as EINVAL), and reads that failed, by errno. */
  ErrnoCounts unreadable() {
    return unreadable;
  }

  /**
   * Reads until nothing waits or the batch is full.
   *
   * @param mtu the length that a plain packet is likely to have at most
   * @return the number of packets, or {@code -EBADFD} when the interface is gone
   */
  int read(int fd, Batch batch, int mtu) {
    takeWaiting(batch);
    while (waiting == 0 && !segmentation.isPending() && batch.hasRoom(mtu)) {
      int got = readOne(fd, batch, mtu);
      if (got >= VirtioHeader.SIZE) {
        accept(batch, got - VirtioHeader.SIZE, mtu);
      } else if (got == -Errno.EAGAIN) {
        break;
      } else if (TunDevice.isGone(got)) {
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

  private int readOne(int fd, Batch batch, int mtu) {
    long inBatch = batch.memory().address() + batch.nextOffset() - VirtioHeader.SIZE;
    vector.set(0, inBatch, VirtioHeader.SIZE + mtu);
    vector.set(1, scratch.address() + PACKET_AT + mtu, TunDevice.PACKET_LIMIT_BYTES - mtu);
    return Libc.readv(fd, vector.address(), 2);
  }

  private void takeWaiting(Batch batch) {
    segmentation.into(batch);
    if (waiting > 0 && place(batch, waiting)) {
      waiting = 0;
    }
  }

  /** Takes a packet of which the first {@code mtu} bytes are in the batch. */
  private void accept(Batch batch, int length, int mtu) {
    MemorySegment memory = batch.memory();
    int header = batch.nextOffset() - VirtioHeader.SIZE;
    boolean plain = VirtioHeader.gsoType(memory, header) == VirtioHeader.GSO_NONE;
    if (plain && length <= mtu) {
      if (finish(memory, header, length)) {
        batch.reserve(length);
      }
      return;
    }
    int inBatch = VirtioHeader.SIZE + Math.min(length, mtu);
    MemorySegment.copy(memory, header, scratch, HEADER_AT, inBatch);
    if (!plain) {
      split(batch, length);
    } else if (finish(scratch, HEADER_AT, length) && !place(batch, length)) {
      waiting = length;
    }
  }

  private void split(Batch batch, int length) {
    if (segmentation.begin(scratch, HEADER_AT, length) < 0) {
      unreadable.count(Errno.EINVAL);
    } else {
      segmentation.into(batch);
    }
  }

  private boolean finish(MemorySegment memory, int header, int length) {
    boolean finished =
        length > 0
            && (!VirtioHeader.needsChecksum(memory, header)
                || VirtioHeader.finishChecksum(memory, header, length));
    if (!finished) {
      unreadable.count(Errno.EINVAL);
    }
    return finished;
  }

  /** Copies a plain packet from the scratch, if there is room: the MTU has just grown. */
  private boolean place(Batch batch, int length) {
    int slot = batch.reserve(length);
    if (slot >= 0) {
      MemorySegment.copy(scratch, PACKET_AT, batch.memory(), batch.offset(slot), length);
    }
    return slot >= 0;
  }
}
