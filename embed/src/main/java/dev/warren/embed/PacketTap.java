package dev.warren.embed;

import java.lang.foreign.MemorySegment;

/**
 * Sees each IP packet of a tunnel, unencrypted; for capture files.
 *
 * <p><b>Owner:</b> called on the tunnel's own thread: it must return at once.
 */
@FunctionalInterface
public interface PacketTap {
  /**
   * A packet, which lies in the memory only during the call.
   *
   * @param inbound whether it came out of the tunnel
   */
  void packet(boolean inbound, MemorySegment memory, int offset, int length);
}
