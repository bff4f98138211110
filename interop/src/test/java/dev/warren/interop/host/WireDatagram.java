package dev.warren.interop.host;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One UDP datagram as it was seen on a link.
 *
 * @param timeNanos since the epoch, by the capturing kernel
 * @param source address in text, without brackets
 * @param typeOfService the outer TOS byte or traffic class
 */
public record WireDatagram(
    long timeNanos,
    String source,
    int sourcePort,
    String destination,
    int destinationPort,
    int typeOfService,
    ByteBuffer payload) {

  /** The payload is read by absolute positions alone, so one view serves everyone. */
  public WireDatagram {
    payload = payload.asReadOnlyBuffer();
  }

  /** Kinds of WireGuard message, by type and, for the empty data message, length. */
  public enum Kind {
    INITIATION,
    RESPONSE,
    COOKIE_REPLY,
    DATA,
    /** A data message of 32 bytes, which carries nothing. */
    KEEPALIVE,
    OTHER
  }

  private static final int KEEPALIVE_BYTES = 32;

  /**
   * The datagrams that a wire would carry. A veth link hands on what was sent joined as it is
   * (UDP_SEGMENT), so one capture may hold several messages of one length, the last perhaps
   * shorter: each begins with the type and receiver index of the first.
   */
  List<WireDatagram> apart() {
    int length = lengthBytes();
    int stride = KEEPALIVE_BYTES;
    if (length < KEEPALIVE_BYTES || payload.get(0) != 4) {
      return List.of(this);
    }
    while (stride + 8 <= length && payload.getLong(stride) != payload.getLong(0)) {
      stride++;
    }
    if (stride + 8 > length) {
      return List.of(this);
    }
    List<WireDatagram> parts = new ArrayList<>();
    for (int at = 0; at < length; at += stride) {
      ByteBuffer part = payload.slice(at, Math.min(stride, length - at));
      parts.add(
          new WireDatagram(
              timeNanos, source, sourcePort, destination, destinationPort, typeOfService, part));
    }
    return parts;
  }

  public int lengthBytes() {
    return payload.limit();
  }

  /** A copy of the payload. */
  public byte[] bytes() {
    byte[] copy = new byte[lengthBytes()];
    payload.get(0, copy);
    return copy;
  }

  public Kind kind() {
    if (lengthBytes() < 4) {
      return Kind.OTHER;
    }
    return switch (payload.get(0)) {
      case 1 -> Kind.INITIATION;
      case 2 -> Kind.RESPONSE;
      case 3 -> Kind.COOKIE_REPLY;
      case 4 -> lengthBytes() == KEEPALIVE_BYTES ? Kind.KEEPALIVE : Kind.DATA;
      default -> Kind.OTHER;
    };
  }

  /** The time from {@code earlier} to this one. */
  public double secondsAfter(WireDatagram earlier) {
    return (timeNanos - earlier.timeNanos) / 1e9;
  }

  @Override
  public String toString() {
    return "%d.%03d %s:%d > %s:%d tos %02x %s %d %s"
        .formatted(
            timeNanos / 1_000_000_000,
            timeNanos / 1_000_000 % 1000,
            source,
            sourcePort,
            destination,
            destinationPort,
            typeOfService,
            kind(),
            lengthBytes(),
            HexFormat.of().formatHex(bytes(), 0, Math.min(8, lengthBytes())));
  }
}
