package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;

/**
 * The two ends of a connection.
 *
 * @param local this side's address
 * @param remote the other side's, of the same family
 */
@Immutable
record Flow(IpAddress local, int localPort, IpAddress remote, int remotePort) {
  boolean v6() {
    return local.isV6();
  }

  long ports() {
    return (long) localPort << 16 | remotePort;
  }
}
