package dev.warren.bench;

import dev.warren.packet.Checksum;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Packets of one flow of TCP over IPv4, from 10.0.0.1 to 10.0.0.2, with the timestamps that Linux
 * sends, and right checksums.
 *
 * <p><b>Shape:</b> IPv4 header (20), TCP header (20) and options (12), payload.
 */
final class TcpPackets {

  static final int IP_HEADER_BYTES = 20;
  static final int HEADER_BYTES = IP_HEADER_BYTES + 32;

  /** Of the field, from the TCP header. */
  static final int CHECKSUM_OFFSET = 16;

  /** What a packet of 1420 bytes carries. */
  static final int FULL_PAYLOAD_BYTES = 1420 - HEADER_BYTES;

  private static final int SOURCE = 0x0a000001;
  private static final int DESTINATION = 0x0a000002;
  private static final int TCP = 6;

  private TcpPackets() {}

  /** A packet with ACK set, and that much random payload. */
  static byte[] packet(int sequence, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    new Random(sequence).nextBytes(payload);
    int length = HEADER_BYTES + payloadBytes;
    ByteBuffer packet = ByteBuffer.allocate(length);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) length);
    packet.putShort((short) (sequence / FULL_PAYLOAD_BYTES)).putShort((short) 0x4000);
    packet.put((byte) 64).put((byte) TCP).putShort((short) 0).putInt(SOURCE).putInt(DESTINATION);
    packet.putShort((short) 5201).putShort((short) 40_000).putInt(sequence).putInt(1);
    packet.putShort((short) 0x8010).putShort((short) 500).putShort((short) 0).putShort((short) 0);
    packet.putInt(0x0101080a).putInt(7).putInt(8).put(payload);
    MemorySegment memory = MemorySegment.ofArray(packet.array());
    packet.putShort(10, (short) Checksum.of(memory, 0, IP_HEADER_BYTES));
    int tcpLength = length - IP_HEADER_BYTES;
    long sum = Checksum.pseudoV4(SOURCE, DESTINATION, TCP, tcpLength);
    sum += Checksum.partial(memory, IP_HEADER_BYTES, tcpLength);
    packet.putShort(IP_HEADER_BYTES + CHECKSUM_OFFSET, (short) Checksum.finish(sum));
    return packet.array();
  }
}
