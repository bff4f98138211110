package dev.warren.packet.offload;

import dev.warren.packet.owner.Immutable;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where the fields lie that splitting and joining change or compare.
 *
 * <p><b>Shape:</b> big-endian. {@code V4_} and {@code V6_} count from the packet's first byte,
 * {@code TCP_} and {@code UDP_} from the transport header's.
 *
 * <p><b>Source:</b> RFC 791 §3.1, RFC 8200 §3, RFC 9293 §3.1, RFC 768; the flags AE, CWR and ECE
 * RFC 3168 and RFC 9768.
 */
@Immutable
final class Layout {
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT_BE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  static final int PROTOCOL_TCP = 6;
  static final int PROTOCOL_UDP = 17;

  static final int V4_TOTAL_LENGTH = 2;
  static final int V4_ID = 4;
  static final int V4_FRAGMENT = 6;
  static final int V4_TTL = 8;
  static final int V4_PROTOCOL = 9;
  static final int V4_CHECKSUM = 10;
  static final int V4_ADDRESSES = 12;
  static final int V4_HEADER_BYTES = 20;

  /** In the field at {@link #V4_FRAGMENT}: do not fragment. */
  static final int V4_DF = 0x4000;

  /** In the field at {@link #V4_FRAGMENT}: more fragments, or a fragment's offset. */
  static final int V4_FRAGMENT_MASK = 0x3fff;

  static final int V6_PAYLOAD_LENGTH = 4;
  static final int V6_NEXT_HEADER = 6;
  static final int V6_ADDRESSES = 8;
  static final int V6_HEADER_BYTES = 40;

  static final int TCP_SEQUENCE = 4;
  static final int TCP_ACKNOWLEDGEMENT = 8;

  /** Header length / 4 (4 bits), reserved (3), flags (9). */
  static final int TCP_FLAGS = 12;

  static final int TCP_WINDOW = 14;
  static final int TCP_CHECKSUM = 16;
  static final int TCP_URGENT = 18;
  static final int TCP_HEADER_BYTES = 20;

  static final int FIN = 0x01;
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int PSH = 0x08;
  static final int ACK = 0x10;
  static final int URG = 0x20;
  static final int CWR = 0x80;

  static final int UDP_LENGTH = 4;
  static final int UDP_CHECKSUM = 6;
  static final int UDP_HEADER_BYTES = 8;

  private Layout() {}

  /** The TCP header's length in bytes, of the field at {@link #TCP_FLAGS}. */
  static int tcpHeaderBytes(int flags) {
    return flags >>> 12 << 2;
  }
}
