package dev.warren.netstack;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * The IP packet under way inward, as read by {@code IpInput}: one object, filled anew for each
 * packet. Header checked, fragments put together, and the destination is one of ours.
 *
 * <p><b>Shape:</b> addresses as in {@link dev.warren.packet.IpAddress}; the payload is {@code
 * memory[payload, payload + payloadLength)}.
 *
 * <p><b>Owner:</b> the device's thread; not to be kept beyond the call.
 */
@Confined("device")
final class InboundPacket {
  MemorySegment memory = MemorySegment.NULL;
  boolean v6;
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int protocol;
  int hopLimit;

  /** The TOS or traffic class byte; its lower two bits are ECN. */
  int tos;

  int payload;
  int payloadLength;
}
