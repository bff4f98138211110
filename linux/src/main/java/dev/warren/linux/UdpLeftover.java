package dev.warren.linux;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams of a joined message for which a small batch had no slots; the next batch begins
 * with them. A batch of {@link UdpReceiver#RUN_LIMIT} slots or more never leaves any.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
final class UdpLeftover {
  private @Nullable MemorySegment memory;
  private int bytes;
  private int segmentBytes;
  private @Nullable Endpoint sender;
  private int tos;

  boolean isEmpty() {
    return bytes == 0;
  }

  /** Copies what is left of a message aside. */
  void keep(Batch batch, int offset, int newBytes, int segment, Endpoint newSender, int newTos) {
    MemorySegment kept = memory;
    if (kept == null) {
      kept = Arena.ofAuto().allocate(UdpReceiver.AREA_BYTES);
      memory = kept;
    }
    MemorySegment.copy(batch.memory(), offset, kept, 0, newBytes);
    bytes = newBytes;
    segmentBytes = segment;
    sender = newSender;
    tos = newTos;
  }

  /** Copies as many datagrams as there are slots to the beginning of an empty batch. */
  void into(Batch batch) {
    MemorySegment kept = memory;
    if (kept == null) {
      return;
    }
    int offset = 0;
    while (offset < bytes && batch.count() < batch.capacity()) {
      int piece = Math.min(segmentBytes, bytes - offset);
      int slot = batch.append(offset, piece);
      batch.endpoint(slot, sender);
      batch.tos(slot, tos);
      offset += piece;
    }
    MemorySegment.copy(kept, 0, batch.memory(), 0, offset);
    MemorySegment.copy(kept, offset, kept, 0, bytes - offset);
    bytes -= offset;
    if (bytes == 0) {
      sender = null;
    }
  }
}
