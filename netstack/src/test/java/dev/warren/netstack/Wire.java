package dev.warren.netstack;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Packets written by hand. */
final class Wire {
  private Wire() {}

  static byte[] v4(IpAddress from, IpAddress to, int protocol, int id, int fragment, byte[] data) {
    ByteBuffer packet = ByteBuffer.allocate(20 + data.length);
    packet.putShort((short) 0x4500).putShort((short) packet.capacity());
    packet.putShort((short) id).putShort((short) fragment);
    packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
    packet.putInt((int) from.low()).putInt((int) to.low()).put(data);
    fixV4(packet.array());
    return packet.array();
  }

  /** Makes the header checksum right. */
  static void fixV4(byte[] packet) {
    packet[10] = 0;
    packet[11] = 0;
    int header = (packet[0] & 0xf) * 4;
    int sum = Checksum.of(MemorySegment.ofArray(packet), 0, header);
    packet[10] = (byte) (sum >>> 8);
    packet[11] = (byte) sum;
  }

  static byte[] v6(IpAddress from, IpAddress to, int next, byte[] data) {
    ByteBuffer packet = ByteBuffer.allocate(40 + data.length);
    packet.putInt(6 << 28).putShort((short) data.length).put((byte) next).put((byte) 64);
    packet.putLong(from.high()).putLong(from.low()).putLong(to.high()).putLong(to.low());
    return packet.put(data).array();
  }

  static byte[] udp(IpAddress from, int fromPort, IpAddress to, int toPort, byte[] data) {
    int length = 8 + data.length;
    ByteBuffer udp = ByteBuffer.allocate(length);
    udp.putShort((short) fromPort).putShort((short) toPort).putShort((short) length);
    udp.putShort((short) 0).put(data);
    long pseudo =
        OutboundPackets.pseudo(
            from.isV6(), from.high(), from.low(), to.high(), to.low(), 17, length);
    int sum =
        Checksum.finish(pseudo + Checksum.partial(MemorySegment.ofArray(udp.array()), 0, length));
    udp.putShort(6, (short) (sum == 0 ? 0xffff : sum));
    return udp.array();
  }

  static byte[] tcp(
      IpAddress from, int fromPort, IpAddress to, int toPort, int sequence, int flags) {
    ByteBuffer tcp = ByteBuffer.allocate(20);
    tcp.putShort((short) fromPort).putShort((short) toPort).putInt(sequence).putInt(0);
    tcp.putShort((short) (0x5000 | flags)).putShort((short) 65_000).putInt(0);
    long pseudo =
        OutboundPackets.pseudo(from.isV6(), from.high(), from.low(), to.high(), to.low(), 6, 20);
    int sum = Checksum.finish(pseudo + Checksum.partial(MemorySegment.ofArray(tcp.array()), 0, 20));
    tcp.putShort(16, (short) sum);
    return tcp.array();
  }

  static byte[] tooBigV4(IpAddress router, byte[] quoted, int mtu) {
    return icmpV4(router, quoted, 0x0304, mtu);
  }

  static byte[] icmpV4(IpAddress router, byte[] quoted, int typeAndCode, int word) {
    ByteBuffer icmp = ByteBuffer.allocate(8 + 28);
    icmp.putShort((short) typeAndCode).putShort((short) 0).putInt(word).put(quoted, 0, 28);
    int sum = Checksum.of(MemorySegment.ofArray(icmp.array()), 0, icmp.capacity());
    icmp.putShort(2, (short) sum);
    IpAddress to = IpAddress.v4(ByteBuffer.wrap(quoted).getInt(12));
    return v4(router, to, 1, 0, 0, icmp.array());
  }
}
