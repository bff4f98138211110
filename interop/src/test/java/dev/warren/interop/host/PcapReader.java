package dev.warren.interop.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the UDP datagrams out of a pcap file of an Ethernet or IP link.
 *
 * <p><b>Shape:</b> a file header of 24 bytes (magic, versions, zone, accuracy, snap length, link
 * type), then records: seconds u32, fraction u32, captured length u32, original length u32, frame.
 * Byte order is the writer's, told by the magic. A record that is not whole yet ends the reading.
 *
 * <p><b>Source:</b> draft-ietf-opsawg-pcap.
 */
final class PcapReader {
  private static final int MAGIC_MICROS = 0xa1b2c3d4;
  private static final int MAGIC_NANOS = 0xa1b23c4d;
  private static final int FILE_HEADER_BYTES = 24;
  private static final int RECORD_HEADER_BYTES = 16;
  private static final int LINK_ETHERNET = 1;
  private static final int ETHERNET_HEADER_BYTES = 14;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int PROTOCOL_UDP = 17;

  private PcapReader() {}

  static List<WireDatagram> datagrams(byte[] file) {
    List<WireDatagram> found = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < FILE_HEADER_BYTES) {
      return found;
    }
    int magic = in.getInt(0);
    if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
      throw new AssertionError("not a pcap file of this machine: " + Integer.toHexString(magic));
    }
    long nanosPerFraction = magic == MAGIC_NANOS ? 1 : 1000;
    boolean ethernet = (in.getInt(20) & 0xffff) == LINK_ETHERNET;
    in.position(FILE_HEADER_BYTES);
    while (in.remaining() >= RECORD_HEADER_BYTES) {
      long seconds = Integer.toUnsignedLong(in.getInt());
      long fraction = Integer.toUnsignedLong(in.getInt());
      int capturedBytes = in.getInt();
      in.getInt();
      if (in.remaining() < capturedBytes) {
        return found;
      }
      ByteBuffer frame = in.slice(in.position(), capturedBytes).order(ByteOrder.BIG_ENDIAN);
      in.position(in.position() + capturedBytes);
      long timeNanos = seconds * 1_000_000_000 + fraction * nanosPerFraction;
      packet(frame, ethernet)
          .flatMap(ip -> datagram(timeNanos, ip))
          .ifPresent(datagram -> found.addAll(datagram.apart()));
    }
    return found;
  }

  private static Optional<ByteBuffer> packet(ByteBuffer frame, boolean ethernet) {
    if (!ethernet) {
      return Optional.of(frame);
    }
    int type = frame.getShort(ETHERNET_HEADER_BYTES - 2) & 0xffff;
    return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6
        ? Optional.of(frame.slice(ETHERNET_HEADER_BYTES, frame.limit() - ETHERNET_HEADER_BYTES))
        : Optional.empty();
  }

  private static Optional<WireDatagram> datagram(long timeNanos, ByteBuffer ip) {
    return switch (ip.get(0) >>> 4) {
      case 4 -> ipv4(timeNanos, ip);
      case 6 -> ipv6(timeNanos, ip);
      default -> Optional.empty();
    };
  }

  /** First fragments are read as far as they go; later fragments are left out. */
  private static Optional<WireDatagram> ipv4(long timeNanos, ByteBuffer ip) {
    boolean laterFragment = (ip.getShort(6) & 0x1fff) != 0;
    if (ip.get(9) != PROTOCOL_UDP || laterFragment) {
      return Optional.empty();
    }
    int headerBytes = (ip.get(0) & 0xf) * 4;
    return udp(
        timeNanos, ip, ip.get(1) & 0xff, address(ip, 12, 4), address(ip, 16, 4), headerBytes);
  }

  private static Optional<WireDatagram> ipv6(long timeNanos, ByteBuffer ip) {
    if (ip.get(6) != PROTOCOL_UDP) {
      return Optional.empty();
    }
    int trafficClass = (ip.getShort(0) >>> 4) & 0xff;
    return udp(timeNanos, ip, trafficClass, address(ip, 8, 16), address(ip, 24, 16), 40);
  }

  private static Optional<WireDatagram> udp(
      long timeNanos, ByteBuffer ip, int tos, String source, String destination, int at) {
    int udpBytes = ip.getShort(at + 4) & 0xffff;
    byte[] payload = new byte[Math.min(udpBytes, ip.limit() - at) - 8];
    ip.get(at + 8, payload);
    return Optional.of(
        new WireDatagram(
            timeNanos,
            source,
            ip.getShort(at) & 0xffff,
            destination,
            ip.getShort(at + 2) & 0xffff,
            tos,
            ByteBuffer.wrap(payload)));
  }

  private static String address(ByteBuffer ip, int at, int length) {
    byte[] address = new byte[length];
    ip.get(at, address);
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of " + length + " bytes is always legal", e);
    }
  }
}
