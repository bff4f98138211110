package dev.warren.netstack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * Writes TCP segments into the batch under way outward.
 *
 * <p><b>Owner:</b> the device's thread, within one {@code transmit}.
 *
 * <p><b>Errors:</b> false when the batch is full; then nothing was written.
 *
 * <p><b>Source:</b> RFC 9293 §3.1, RFC 7323 §3.2, RFC 2018 §3.
 */
@Confined("device")
final class SegmentOut {
  private static final int TIMESTAMP_BYTES = 12;
  private static final int SYN_BYTES = 8;
  private static final int NOP_NOP = 0x0101_0000;

  private OutboundPackets packets = new OutboundPackets();

  void into(OutboundPackets newPackets) {
    packets = newPackets;
  }

  boolean syn(ControlBlock block, int mss, boolean acknowledges, long now) {
    int stamp = block.stamps.used ? TIMESTAMP_BYTES : 0;
    int length = SegmentIn.HEADER_BYTES + SYN_BYTES + stamp + (block.send.sack ? 4 : 0);
    int at = open(block.flow, length);
    if (at < 0) {
      return false;
    }
    int window = acknowledges ? block.receive.advertiseUnscaled() : 0xffff;
    int flags = SegmentIn.SYN | (acknowledges ? SegmentIn.ACK : 0);
    int acknowledgment = acknowledges ? block.receive.next : 0;
    MemorySegment memory =
        header(block.flow, at, length, block.send.una, acknowledgment, flags, window);
    int option = at + SegmentIn.HEADER_BYTES;
    memory.set(OutboundPackets.U32, option, 0x0204_0000 | mss);
    // Scaling needs the option in both SYNs, even for one side's scale of 0 (RFC 7323 §2.2).
    boolean scales = !acknowledges || block.receive.scales;
    memory.set(
        OutboundPackets.U32, option + 4, scales ? 0x0103_0300 | block.receive.scale : 0x0101_0101);
    option += 8;
    if (block.send.sack) {
      memory.set(OutboundPackets.U32, option, NOP_NOP | 0x0402);
      option += 4;
    }
    if (stamp > 0) {
      stamp(block, memory, option, now, acknowledges);
    }
    checksum(block.flow, memory, at, length);
    return true;
  }

  /** Data of the stream from a sequence number on, or none; always acknowledges. */
  boolean segment(ControlBlock block, int sequence, int dataLength, int flags, long now) {
    int stamp = block.stamps.used ? TIMESTAMP_BYTES : 0;
    int blocks = dataLength == 0 && block.send.sack ? block.receive.blocks(stamp > 0 ? 3 : 4) : 0;
    int options = stamp + (blocks > 0 ? 4 + 8 * blocks : 0);
    int length = SegmentIn.HEADER_BYTES + options + dataLength;
    int at = open(block.flow, length);
    if (at < 0) {
      return false;
    }
    ReceiveSide receive = block.receive;
    MemorySegment memory =
        header(
            block.flow,
            at,
            SegmentIn.HEADER_BYTES + options,
            sequence,
            receive.next,
            flags | SegmentIn.ACK,
            receive.advertise());
    int option = at + SegmentIn.HEADER_BYTES;
    if (stamp > 0) {
      stamp(block, memory, option, now, true);
      option += stamp;
    }
    if (blocks > 0) {
      memory.set(OutboundPackets.U32, option, NOP_NOP | 0x0500 | (2 + 8 * blocks));
      for (int i = 0; i < blocks; i++) {
        int range = receive.block(i);
        memory.set(OutboundPackets.U32, option + 4 + 8 * i, receive.blockStart(range));
        memory.set(OutboundPackets.U32, option + 8 + 8 * i, receive.blockEnd(range));
      }
    }
    if (dataLength > 0) {
      int data = at + SegmentIn.HEADER_BYTES + options;
      block.send.stream.look(block.send.position(sequence), dataLength, memory, data);
    }
    checksum(block.flow, memory, at, length);
    receive.acknowledged();
    return true;
  }

  boolean reset(Flow flow, int sequence, int acknowledgment, boolean acknowledges) {
    int at = open(flow, SegmentIn.HEADER_BYTES);
    if (at < 0) {
      return false;
    }
    int flags = SegmentIn.RST | (acknowledges ? SegmentIn.ACK : 0);
    MemorySegment memory =
        header(flow, at, SegmentIn.HEADER_BYTES, sequence, acknowledgment, flags, 0);
    checksum(flow, memory, at, SegmentIn.HEADER_BYTES);
    return true;
  }

  private int open(Flow flow, int length) {
    IpAddress from = flow.local();
    IpAddress to = flow.remote();
    return packets.open(flow.v6(), from.high(), from.low(), to.high(), to.low(), 6, 0, length);
  }

  private MemorySegment header(
      Flow flow,
      int at,
      int headerLength,
      int sequence,
      int acknowledgment,
      int flags,
      int window) {
    MemorySegment memory = packets.memory();
    memory.set(OutboundPackets.U32, at, flow.localPort() << 16 | flow.remotePort());
    memory.set(OutboundPackets.U32, at + 4, sequence);
    memory.set(OutboundPackets.U32, at + 8, acknowledgment);
    memory.set(OutboundPackets.U32, at + 12, (headerLength / 4) << 28 | flags << 16 | window);
    memory.set(OutboundPackets.U32, at + 16, 0);
    return memory;
  }

  private static void stamp(
      ControlBlock block, MemorySegment memory, int option, long now, boolean echoes) {
    memory.set(OutboundPackets.U32, option, NOP_NOP | 0x080a);
    memory.set(OutboundPackets.U32, option + 4, block.stamps.value(now));
    memory.set(OutboundPackets.U32, option + 8, echoes ? block.stamps.recent() : 0);
  }

  private static void checksum(Flow flow, MemorySegment memory, int at, int length) {
    IpAddress from = flow.local();
    IpAddress to = flow.remote();
    long pseudo =
        OutboundPackets.pseudo(flow.v6(), from.high(), from.low(), to.high(), to.low(), 6, length);
    int sum = Checksum.finish(pseudo + Checksum.partial(memory, at, length));
    memory.set(OutboundPackets.U16, at + 16, (short) sum);
    assert memory.get(JAVA_BYTE, at + 12) != 0;
  }
}
