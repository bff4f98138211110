package dev.warren.packet.memory;

import dev.warren.packet.Batch;
import dev.warren.packet.Doorbell;
import dev.warren.packet.LinkListener;
import dev.warren.packet.TunPort;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A TUN interface as two bounded queues: a test pushes packets where an operating system would
 * route them in, and takes those that the device writes.
 *
 * <p>It is strict where the contract of {@link TunPort} is loose: {@link #write} spoils the bytes
 * before each packet that it is allowed to.
 *
 * <p><b>Owner:</b> any thread; a lock guards it.
 */
@Shared
public final class MemoryTun implements TunPort {
  private static final int EBADFD = 77;
  private static final int SPOILT_BYTES = 16;
  private static final byte SPOIL = (byte) 0xa5;

  private final String name;
  private final int queuePackets;
  private final Queue<byte[]> toDevice = new ArrayDeque<>();
  private final Queue<byte[]> fromDevice = new ArrayDeque<>();
  private @Nullable Doorbell doorbell;
  private @Nullable LinkListener listener;
  private int mtu;
  private boolean closed;
  private long droppedCount;

  /**
   * An interface that is open and empty.
   *
   * @param queuePackets the most packets that wait in either direction; further ones are dropped
   */
  public MemoryTun(String name, int mtu, int queuePackets) {
    this.name = name;
    this.mtu = mtu;
    this.queuePackets = queuePackets;
  }

  /** Sets the doorbell that {@link #push} rings; null for none. */
  public synchronized void doorbell(@Nullable Doorbell newDoorbell) {
    doorbell = newDoorbell;
  }

  /** Sets who hears of changes of the link; null for none. */
  public synchronized void listener(@Nullable LinkListener newListener) {
    listener = newListener;
  }

  /**
   * Routes a packet into the device.
   *
   * @return false when the queue was full and the packet was dropped
   */
  public synchronized boolean push(byte[] packet) {
    if (toDevice.size() >= queuePackets || closed) {
      droppedCount++;
      return false;
    }
    toDevice.add(packet.clone());
    if (doorbell != null) {
      doorbell.ring();
    }
    return true;
  }

  /** Takes the next packet that the device wrote, or null. */
  public synchronized byte @Nullable [] take() {
    return fromDevice.poll();
  }

  /** How many packets of the device wait to be taken. */
  public synchronized int waitingCount() {
    return fromDevice.size();
  }

  /** How many packets were dropped in either direction. */
  public synchronized long droppedCount() {
    return droppedCount;
  }

  /** Changes the MTU and tells the listener. */
  public void mtu(int newMtu) {
    LinkListener told;
    synchronized (this) {
      mtu = newMtu;
      told = listener;
    }
    if (told != null) {
      told.linkMtu(newMtu);
    }
  }

  /** Tells the listener that the interface was set up. */
  public void up() {
    LinkListener told = listener();
    if (told != null) {
      told.linkUp();
    }
  }

  /** Tells the listener that the interface was set down. */
  public void down() {
    LinkListener told = listener();
    if (told != null) {
      told.linkDown();
    }
  }

  /** Deletes the interface: reads and writes fail from now on, and the listener is told. */
  public void delete() {
    close();
    LinkListener told = listener();
    if (told != null) {
      told.linkGone();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized int mtu() {
    return mtu;
  }

  @Override
  public synchronized int read(Batch batch) {
    batch.clear();
    if (closed) {
      return -EBADFD;
    }
    for (byte[] next; (next = toDevice.peek()) != null; toDevice.remove()) {
      int slot = batch.reserve(next.length);
      if (slot >= 0) {
        MemorySegment.copy(
            next, 0, batch.memory(), ValueLayout.JAVA_BYTE, batch.offset(slot), next.length);
      } else if (!batch.isEmpty()) {
        break;
      } else {
        droppedCount++; // larger than the whole batch
      }
    }
    return batch.count();
  }

  @Override
  public synchronized int write(Batch batch) {
    if (closed) {
      return -EBADFD;
    }
    int accepted = 0;
    for (int slot = 0; slot < batch.count(); slot++) {
      int offset = batch.offset(slot);
      MemorySegment packet = batch.memory().asSlice(offset, batch.length(slot));
      if (fromDevice.size() < queuePackets) {
        fromDevice.add(packet.toArray(ValueLayout.JAVA_BYTE));
        accepted++;
      } else {
        droppedCount++;
      }
      int spoilt = Math.min(SPOILT_BYTES, offset);
      batch.memory().asSlice(offset - spoilt, spoilt).fill(SPOIL);
    }
    return accepted;
  }

  @Override
  public synchronized void close() {
    closed = true;
    toDevice.clear();
  }

  private synchronized @Nullable LinkListener listener() {
    return listener;
  }
}
