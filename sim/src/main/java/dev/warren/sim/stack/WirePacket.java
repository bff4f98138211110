package dev.warren.sim.stack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A packet as a stranger reads it: none of the stack's own code is used.
 *
 * <p><b>Errors:</b> {@link #objection} says what is malformed; the other accessors are meant for
 * packets without one.
 *
 * <p><b>Source:</b> RFC 791, RFC 8200, RFC 792, RFC 4443, RFC 768, RFC 9293 §3.1, RFC 7323.
 */
@Immutable
public final class WirePacket {
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMP_V6 = 58;

  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int ACK = 16;

  private static final int FRAGMENT = 44;

  private final ByteBuffer bytes;
  private final int length;
  private final boolean v6;
  private final int protocol;
  private final int payload;
  private final boolean isFragment;

  private WirePacket(
      ByteBuffer bytes, int length, boolean v6, int protocol, int payload, boolean isFragment) {
    this.bytes = bytes;
    this.length = length;
    this.v6 = v6;
    this.protocol = protocol;
    this.payload = payload;
    this.isFragment = isFragment;
  }

  /** Reads a packet; null when not even its IP header makes sense. */
  public static @Nullable WirePacket read(byte[] packet) {
    ByteBuffer b = ByteBuffer.wrap(packet);
    if (packet.length >= 40 && packet[0] >>> 4 == 6) {
      boolean fragment = packet[6] == FRAGMENT && packet.length >= 48;
      boolean inner = fragment;
      int protocol = (inner ? packet[40] : packet[6]) & 0xff;
      return new WirePacket(b, packet.length, true, protocol, inner ? 48 : 40, fragment);
    }
    if (packet.length >= 20 && packet[0] == 0x45) {
      boolean fragment = (b.getShort(6) & 0x3fff) != 0;
      return new WirePacket(b, packet.length, false, packet[9] & 0xff, 20, fragment);
    }
    return null;
  }

  /** What is malformed about it, or null. */
  public @Nullable String objection() {
    int claimed = v6 ? 40 + u16(4) : u16(2);
    if (claimed != length) {
      return "its header says " + claimed + " bytes of " + length;
    }
    if (!v6 && fold(sum(0, 20)) != 0xffff) {
      return "its IP header has a wrong checksum";
    }
    if (isFragment) {
      return null;
    }
    int rest = length - payload;
    int least = protocol == TCP ? 20 : 8;
    if (rest < least) {
      return "it is too short for its protocol";
    }
    if (protocol == TCP && (headerBytes() < 20 || headerBytes() > rest)) {
      return "its TCP header has " + headerBytes() + " bytes";
    }
    if (protocol == UDP && u16(payload + 4) != rest) {
      return "its UDP length is wrong";
    }
    if (protocol == UDP && !v6 && u16(payload + 6) == 0) {
      return null;
    }
    boolean known = protocol == TCP || protocol == UDP || protocol == ICMP || protocol == ICMP_V6;
    long pseudo = protocol == ICMP ? 0 : pseudo(rest);
    return known && fold(pseudo + sum(payload, rest)) != 0xffff ? "a wrong checksum" : null;
  }

  public int length() {
    return length;
  }

  public boolean isV6() {
    return v6;
  }

  /** The transport's number, that of the first fragment's if it is one. */
  public int protocol() {
    return protocol;
  }

  public boolean isFragment() {
    return isFragment;
  }

  /** Whether it is a whole TCP segment. */
  public boolean isTcp() {
    return protocol == TCP && !isFragment;
  }

  /** Whether routers may not cut it. */
  public boolean isWhole() {
    return v6 || (u16(6) & 0x4000) != 0;
  }

  public IpAddress source() {
    return v6 ? address6(8) : IpAddress.v4(bytes.getInt(12));
  }

  public IpAddress destination() {
    return v6 ? address6(24) : IpAddress.v4(bytes.getInt(16));
  }

  private IpAddress address6(int at) {
    return IpAddress.v6(bytes.getLong(at), bytes.getLong(at + 8));
  }

  public int sourcePort() {
    return u16(payload);
  }

  public int destinationPort() {
    return u16(payload + 2);
  }

  public int sequence() {
    return bytes.getInt(payload + 4);
  }

  public int acknowledgment() {
    return bytes.getInt(payload + 8);
  }

  /** Whether one of these flags is set. */
  public boolean has(int flags) {
    return (bytes.get(payload + 13) & flags) != 0;
  }

  /** The window as it stands there, without its scale. */
  public int window() {
    return u16(payload + 14);
  }

  public int dataBytes() {
    return length - payload - headerBytes();
  }

  /** How much of the sequence it takes, SYN and FIN included. */
  public int sequenceLength() {
    return dataBytes() + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
  }

  /** The window scale option, or -1. */
  public int scale() {
    int at = option(3);
    return at < 0 ? -1 : bytes.get(at + 2);
  }

  /** The largest segment that the sender takes, or -1. */
  public int maximumSegment() {
    int at = option(2);
    return at < 0 ? -1 : u16(at + 2);
  }

  private int option(int kind) {
    int end = payload + headerBytes();
    for (int at = payload + 20; at < end; ) {
      int its = bytes.get(at);
      if (its == kind) {
        return at;
      }
      if (its == 0) {
        return -1;
      }
      at += its == 1 ? 1 : Math.max(2, bytes.get(at + 1) & 0xff);
    }
    return -1;
  }

  /** What "packet too big" says is not, or -1 when it is no such message. */
  public int tooBigMtu() {
    if (isFragment || length < payload + 36) {
      return -1;
    }
    if (protocol == ICMP && u16(payload) == 0x0304) {
      return u16(payload + 6);
    }
    return protocol == ICMP_V6 && u16(payload) == 0x0200 ? bytes.getInt(payload + 4) : -1;
  }

  /** The packet that an ICMP error quotes, as much of it as is there. */
  public @Nullable WirePacket quoted() {
    byte[] quote = new byte[length - payload - 8];
    bytes.get(payload + 8, quote);
    return read(quote);
  }

  private int headerBytes() {
    return bytes.get(payload + 12) >>> 2 & 0x3c;
  }

  private int u16(int at) {
    return bytes.getShort(at) & 0xffff;
  }

  private long pseudo(int rest) {
    return (v6 ? sum(8, 32) : sum(12, 8)) + protocol + rest;
  }

  private long sum(int at, int count) {
    return sum(bytes, at, count);
  }

  private static long sum(ByteBuffer from, int at, int count) {
    long sum = 0;
    for (int i = 0; i + 1 < count; i += 2) {
      sum += from.getShort(at + i) & 0xffff;
    }
    return count % 2 == 0 ? sum : sum + ((from.get(at + count - 1) & 0xff) << 8);
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded > 0xffff) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  /** What a router answers that this packet is too big for. */
  public byte[] tooBig(IpAddress router, int mtu) {
    int quote = Math.min(length, v6 ? 1280 - 48 : 576 - 28);
    int header = v6 ? 40 : 20;
    ByteBuffer b = ByteBuffer.allocate(header + 8 + quote);
    if (v6) {
      b.putInt(0, 6 << 28);
      b.putShort(4, (short) (8 + quote));
      b.put(6, (byte) ICMP_V6);
      b.put(7, (byte) 60);
      b.putLong(8, router.high()).putLong(16, router.low());
      b.put(24, bytes, 8, 16);
      b.putShort(header, (short) 0x0200);
      b.putInt(header + 4, mtu);
    } else {
      b.putShort(0, (short) 0x4500);
      b.putShort(2, (short) b.capacity());
      b.put(8, (byte) 60);
      b.put(9, (byte) ICMP);
      b.putInt(12, (int) router.low());
      b.put(16, bytes, 12, 4);
      b.putShort(10, (short) ~fold(sum(b, 0, 20)));
      b.putShort(header, (short) 0x0304);
      b.putShort(header + 6, (short) mtu);
    }
    b.put(header + 8, bytes, 0, quote);
    long pseudo = v6 ? sum(b, 8, 32) + ICMP_V6 + 8 + quote : 0;
    b.putShort(header + 2, (short) ~fold(pseudo + sum(b, header, 8 + quote)));
    return b.array();
  }

  /**
   * A TCP segment without data that looks as if it came from this one's sender, with another
   * sequence number, acknowledgment and flags.
   */
  public byte[] forged(int sequence, int acknowledgment, int flags) {
    int header = v6 ? 40 : 20;
    ByteBuffer b = ByteBuffer.allocate(header + 20);
    b.put(0, bytes, 0, header);
    if (v6) {
      b.putShort(4, (short) 20);
    } else {
      b.putShort(2, (short) 40).putShort(10, (short) 0);
      b.putShort(10, (short) ~fold(sum(b, 0, 20)));
    }
    b.putInt(header, bytes.getInt(payload));
    b.putInt(header + 4, sequence).putInt(header + 8, acknowledgment);
    b.put(header + 12, (byte) 0x50).put(header + 13, (byte) flags);
    b.putShort(header + 14, (short) 1_000);
    long pseudo = (v6 ? sum(b, 8, 32) : sum(b, 12, 8)) + TCP + 20;
    b.putShort(header + 16, (short) ~fold(pseudo + sum(b, header, 20)));
    return b.array();
  }

  @Override
  public String toString() {
    String ends = source() + " > " + destination();
    if (!isTcp() || length < payload + 20) {
      return ends + " protocol " + protocol + (isFragment ? " fragment " : " ") + length + " bytes";
    }
    return "%s:%d > %s:%d %s%s%s%s seq %d+%d ack %d win %d"
        .formatted(
            source(),
            sourcePort(),
            destination(),
            destinationPort(),
            has(SYN) ? "S" : "",
            has(FIN) ? "F" : "",
            has(RST) ? "R" : "",
            has(ACK) ? "." : "",
            sequence() & 0xffffffffL,
            dataBytes(),
            acknowledgment() & 0xffffffffL,
            window());
  }
}
