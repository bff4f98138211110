package dev.warren.packet.memory;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Thinning;
import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A UDP datagram on its way through a {@link MemoryNetwork}.
 *
 * <p><b>Shape:</b> both ends with port, the outer header's TOS byte, the mark of the socket that
 * sent it, and a payload that nobody changes.
 */
@Immutable
public final class Datagram {
  private final Endpoint source;
  private final Endpoint destination;
  private final int tos;
  private final int mark;
  private final byte[] payload;

  /** A datagram; the payload belongs to it from now on. */
  public Datagram(Endpoint source, Endpoint destination, int tos, int mark, byte[] payload) {
    this.source = source.withoutSource();
    this.destination = destination.withoutSource();
    this.tos = tos;
    this.mark = mark;
    this.payload = payload;
  }

  /** Who sent it. */
  public Endpoint source() {
    return source;
  }

  /** Where it goes. */
  public Endpoint destination() {
    return destination;
  }

  /** The TOS (traffic class) byte of the outer header. */
  public int tos() {
    return tos;
  }

  /** The mark of the sending socket. */
  public int mark() {
    return mark;
  }

  /** The payload's length in bytes. */
  public int length() {
    return payload.length;
  }

  /** A copy of the payload. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The same from another source, as a translating router or a forger makes it. */
  public Datagram from(IpAddress address, int port) {
    return new Datagram(new Endpoint(address, port), destination, tos, mark, payload);
  }

  /** The same to another destination. */
  public Datagram to(IpAddress address, int port) {
    return new Datagram(source, new Endpoint(address, port), tos, mark, payload);
  }

  /** The same with another TOS byte, as a router that marks congestion makes it. */
  public Datagram withTos(int newTos) {
    return new Datagram(source, destination, newTos, mark, payload);
  }

  /** The same with another payload. */
  public Datagram withPayload(byte[] newPayload) {
    return new Datagram(source, destination, tos, mark, newPayload.clone());
  }

  @Override
  public String toString() {
    return source + " > " + destination + ", " + payload.length + " bytes";
  }

  /** Its kind, see {@link Thinning}. */
  int kind() {
    return Thinning.kind(MemorySegment.ofArray(payload), 0, payload.length);
  }

  void copyTo(MemorySegment memory, long offset) {
    MemorySegment.copy(payload, 0, memory, ValueLayout.JAVA_BYTE, offset, payload.length);
  }
}
