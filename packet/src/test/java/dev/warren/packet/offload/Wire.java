package dev.warren.packet.offload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A packet as its fields: the plain model of what the offloads do. It is written out byte by byte,
 * shares no code with what it is a model for, and knows no speed.
 */
final class Wire implements Cloneable {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int PSH = 8;
  static final int ACK = 16;
  static final int URG = 32;
  static final int ECE = 64;
  static final int CWR = 128;
  static final int AE = 256;

  boolean v6;
  byte[] source = new byte[4];
  byte[] destination = new byte[4];
  int tos;
  int ttl = 64;

  // IPv4 alone.
  int id;
  boolean df = true;
  boolean moreFragments;
  int fragmentOffset;
  byte[] ipOptions = new byte[0];

  // IPv6 alone.
  int flowLabel;
  byte[] extension = new byte[0];
  int extensionType;

  int protocol = 6;
  int sourcePort;
  int destinationPort;

  // TCP alone.
  int sequence;
  int acknowledgement;
  int flags = ACK;
  int window = 512;
  int urgent;
  byte[] tcpOptions = new byte[0];

  byte[] payload = new byte[0];

  // Faults.
  boolean badIpChecksum;
  boolean badChecksum;
  boolean noChecksum;
  int lengthError;

  @Override
  public Wire clone() {
    try {
      return (Wire) super.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  boolean tcp() {
    return protocol == 6;
  }

  boolean udp() {
    return protocol == 17;
  }

  int ipBytes() {
    return v6 ? 40 + extension.length : 20 + ipOptions.length;
  }

  int transportBytes() {
    return tcp() ? 20 + tcpOptions.length : udp() ? 8 : 0;
  }

  int headerBytes() {
    return ipBytes() + transportBytes();
  }

  int length() {
    return headerBytes() + payload.length;
  }

  /** The packet with all checksums right, but for the faults. */
  byte[] bytes() {
    return bytes(false);
  }

  /** The packet as a super-packet: the checksum's field holds the pseudo header's sum. */
  byte[] superBytes() {
    return bytes(true);
  }

  private byte[] bytes(boolean partial) {
    byte[] out = new byte[length()];
    int at = ipBytes();
    if (v6) {
      writeV6(out);
    } else {
      writeV4(out);
    }
    if (tcp()) {
      writeTcp(out, at);
    } else if (udp()) {
      put16(out, at, sourcePort);
      put16(out, at + 2, destinationPort);
      put16(out, at + 4, 8 + payload.length + lengthError);
    }
    System.arraycopy(payload, 0, out, headerBytes(), payload.length);
    if (tcp() || udp()) {
      byte[] pseudo = pseudo(out.length - at);
      int field = at + checksumOffset();
      if (partial) {
        put16(out, field, sum(pseudo));
      } else if (!noChecksum) {
        int checksum = ~sum(concat(pseudo, Arrays.copyOfRange(out, at, out.length))) & 0xffff;
        put16(out, field, (udp() && checksum == 0 ? 0xffff : checksum) ^ (badChecksum ? 0x40 : 0));
      }
    }
    return out;
  }

  int checksumOffset() {
    return tcp() ? 16 : 6;
  }

  private void writeV4(byte[] out) {
    out[0] = (byte) (0x40 + (20 + ipOptions.length) / 4);
    out[1] = (byte) tos;
    put16(out, 2, out.length);
    put16(out, 4, id);
    put16(out, 6, (df ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0) | fragmentOffset / 8);
    out[8] = (byte) ttl;
    out[9] = (byte) protocol;
    System.arraycopy(source, 0, out, 12, 4);
    System.arraycopy(destination, 0, out, 16, 4);
    System.arraycopy(ipOptions, 0, out, 20, ipOptions.length);
    int checksum = ~sum(Arrays.copyOf(out, 20 + ipOptions.length)) & 0xffff;
    put16(out, 10, checksum ^ (badIpChecksum ? 0x100 : 0));
  }

  private void writeV6(byte[] out) {
    put16(out, 0, 6 << 12 | tos << 4 | flowLabel >>> 16);
    put16(out, 2, flowLabel);
    put16(out, 4, out.length - 40);
    out[6] = (byte) (extension.length > 0 ? extensionType : protocol);
    out[7] = (byte) ttl;
    System.arraycopy(source, 0, out, 8, 16);
    System.arraycopy(destination, 0, out, 24, 16);
    System.arraycopy(extension, 0, out, 40, extension.length);
    if (extension.length > 0) {
      out[40] = (byte) protocol;
    }
  }

  private void writeTcp(byte[] out, int at) {
    put16(out, at, sourcePort);
    put16(out, at + 2, destinationPort);
    put16(out, at + 4, sequence >>> 16);
    put16(out, at + 6, sequence);
    put16(out, at + 8, acknowledgement >>> 16);
    put16(out, at + 10, acknowledgement);
    put16(out, at + 12, ((20 + tcpOptions.length) << 10) | flags);
    put16(out, at + 14, window);
    put16(out, at + 18, urgent);
    System.arraycopy(tcpOptions, 0, out, at + 20, tcpOptions.length);
  }

  private byte[] pseudo(int length) {
    byte[] rest = {(byte) (length >>> 16), 0, 0, (byte) protocol};
    byte[] lengthBytes = new byte[2];
    put16(lengthBytes, 0, length);
    return concat(concat(source, destination), concat(rest, lengthBytes));
  }

  /** What a super-packet of this stands for. */
  List<Wire> split(int gsoSize) {
    List<Wire> out = new ArrayList<>();
    int at = 0;
    do {
      int end = Math.min(payload.length, at + gsoSize);
      Wire part = clone();
      part.payload = Arrays.copyOfRange(payload, at, end);
      part.id = (id + out.size()) & 0xffff;
      part.sequence = sequence + at;
      if (at > 0) {
        part.flags &= ~CWR;
      }
      if (end < payload.length) {
        part.flags &= ~(FIN | PSH);
      }
      out.add(part);
      at = end;
    } while (at < payload.length);
    return out;
  }

  /** The super-packet of some packets that fit together. */
  static Wire join(List<Wire> parts) {
    Wire out = parts.getFirst().clone();
    out.flags = parts.getLast().flags;
    out.payload = new byte[0];
    for (Wire part : parts) {
      out.payload = concat(out.payload, part.payload);
    }
    return out;
  }

  static int gsoType(Wire wire) {
    return wire.udp() ? 5 : wire.v6 ? 4 : 1;
  }

  static void put16(byte[] out, int at, int value) {
    out[at] = (byte) (value >>> 8);
    out[at + 1] = (byte) value;
  }

  static byte[] concat(byte[] a, byte[] b) {
    byte[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  /** The one's complement sum of 16-bit words. */
  static int sum(byte[] bytes) {
    int sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  @Override
  public String toString() {
    return "%s %s:%d>%d tos %x ttl %d id %d%s%s seq %d ack %d flags %x win %d opt %d len %d%s"
        .formatted(
            v6 ? "v6" : "v4",
            tcp() ? "tcp" : udp() ? "udp" : "p" + protocol,
            sourcePort,
            destinationPort,
            tos,
            ttl,
            id,
            df ? " DF" : "",
            moreFragments || fragmentOffset > 0 ? " frag" : "",
            sequence,
            acknowledgement,
            flags,
            window,
            tcpOptions.length,
            payload.length,
            (badIpChecksum ? " bad-ip" : "")
                + (badChecksum ? " bad-sum" : "")
                + (noChecksum ? " no-sum" : "")
                + (extension.length > 0 ? " ext" : "")
                + (ipOptions.length > 0 ? " ip-options" : ""));
  }
}
