package dev.warren.protocol;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the protocol says of its own accord: handshake messages, keepalives, packets that waited,
 * and errors to the inner sender.
 *
 * <p>It gathers them in two batches, which the outlet sends when the engine asks or when one is
 * full: so it is bounded, and loses nothing itself.
 */
@Confined("device")
public final class Outbox {
  private static final int SLOTS = 128;
  private static final int BYTES = 256 * 1024;

  private final Outlet outlet;
  private final Batch datagrams = new Batch(SLOTS, BYTES);
  private final Batch packets = new Batch(SLOTS, BYTES);

  /** Where the outbox empties into. */
  public interface Outlet {
    /** Sends sealed messages to their endpoints. */
    void sendDatagrams(Batch batch);

    /** Hands inner packets to the interface. */
    void writePackets(Batch batch);
  }

  Outbox(Outlet outlet) {
    this.outlet = outlet;
  }

  /** Empties the outbox. */
  public void flush() {
    if (!datagrams.isEmpty()) {
      outlet.sendDatagrams(datagrams);
      datagrams.clear();
    }
    if (!packets.isEmpty()) {
      outlet.writePackets(packets);
      packets.clear();
    }
  }

  /** Adds a whole message. */
  void datagram(byte[] message, int length, Endpoint to, int tos) {
    int slot = reserveDatagram(length, to, tos);
    MemorySegment.copy(
        message, 0, datagrams.memory(), ValueLayout.JAVA_BYTE, datagrams.offset(slot), length);
  }

  /** Takes room for a message of {@code length} bytes, to be written to {@link #datagrams}. */
  int reserveDatagram(int length, Endpoint to, int tos) {
    if (!datagrams.hasRoom(length)) {
      flush();
    }
    int slot = datagrams.reserve(length);
    datagrams.endpoint(slot, to);
    datagrams.tos(slot, tos);
    return slot;
  }

  /** Takes room for an inner packet of at most {@code length} bytes, to be written. */
  int reservePacket(int length) {
    if (!packets.hasRoom(length)) {
      flush();
    }
    return packets.reserve(length);
  }

  Batch datagrams() {
    return datagrams;
  }

  Batch packets() {
    return packets;
  }
}
