package dev.warren.packet.offload;

import dev.warren.packet.Batch;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Moves packets between arrays and the memory that the offloads work on. */
final class SuperPackets {
  private SuperPackets() {}

  /** Memory of exactly these bytes: whoever reads or writes beside them fails. */
  static MemorySegment exactly(byte[] bytes) {
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, bytes.length));
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return memory.asSlice(0, bytes.length);
  }

  /** A super-packet behind its virtio header. */
  static byte[] withHeader(Wire wire, int gsoSize) {
    return withHeader(wire, Wire.gsoType(wire), gsoSize);
  }

  static byte[] withHeader(Wire wire, int gsoType, int gsoSize) {
    MemorySegment header = MemorySegment.ofArray(new byte[VirtioHeader.SIZE]);
    VirtioHeader.set(
        header, 0, gsoType, wire.headerBytes(), gsoSize, wire.ipBytes(), wire.checksumOffset());
    return Wire.concat(header.toArray(ValueLayout.JAVA_BYTE), wire.superBytes());
  }

  /** A batch of packets that lie one right after another, with guards between them. */
  static Batch batch(List<byte[]> packets) {
    int bytes = packets.stream().mapToInt(p -> p.length + 16).sum();
    Batch batch =
        new Batch(Math.max(1, packets.size()), Arena.ofAuto().allocate(Math.max(1, bytes), 8));
    int at = 0;
    for (byte[] packet : packets) {
      at += 16;
      MemorySegment.copy(packet, 0, batch.memory(), ValueLayout.JAVA_BYTE, at, packet.length);
      batch.append(at, packet.length);
      at += packet.length;
    }
    return batch;
  }

  static byte[] packet(Batch batch, int slot) {
    return batch
        .memory()
        .asSlice(batch.offset(slot), batch.length(slot))
        .toArray(ValueLayout.JAVA_BYTE);
  }

  static List<byte[]> packets(Batch batch) {
    List<byte[]> out = new ArrayList<>();
    for (int slot = 0; slot < batch.count(); slot++) {
      out.add(packet(batch, slot));
    }
    return out;
  }

  /** Splits all of a super-packet, by batches of some size. */
  static List<byte[]> split(byte[] withHeader, Segmentation segmentation, Batch batch) {
    List<byte[]> out = new ArrayList<>();
    int length = withHeader.length - VirtioHeader.SIZE;
    int due = segmentation.begin(exactly(withHeader), 0, length);
    if (due < 0) {
      throw new AssertionError("verdict " + due);
    }
    while (segmentation.isPending()) {
      batch.clear();
      int written = segmentation.into(batch);
      if (written != batch.count() || written == 0) {
        throw new AssertionError("written " + written + " of " + batch.count());
      }
      out.addAll(packets(batch));
    }
    if (due != out.size()) {
      throw new AssertionError("announced " + due + ", written " + out.size());
    }
    return out;
  }

  /** What a port would hand to the kernel for a run: the virtio header and the super-packet. */
  static byte[] gather(Coalescing coalescing, Batch batch, int run) {
    int headerBytes = coalescing.headerBytes(run);
    MemorySegment header = Arena.ofAuto().allocate(VirtioHeader.SIZE + headerBytes);
    coalescing.writeHeader(batch, run, header, 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.toArray(ValueLayout.JAVA_BYTE));
    for (int slot = coalescing.first(run); slot >= 0; slot = coalescing.next(slot)) {
      byte[] packet = packet(batch, slot);
      out.write(packet, headerBytes, packet.length - headerBytes);
    }
    return out.toByteArray();
  }
}
