package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.util.List;

/**
 * What a stack is made with.
 *
 * @param addresses the host's own; what is sent to others is dropped
 * @param mtu the largest packet in bytes, from 576
 * @param maxConnections how many TCP connections there may be, those in TIME-WAIT included
 * @param sendBufferBytes the most that a connection holds to send
 * @param receiveBufferBytes the most that a connection holds to be read, and so its window
 */
@Immutable
public record StackSettings(
    List<IpAddress> addresses,
    int mtu,
    int maxConnections,
    int sendBufferBytes,
    int receiveBufferBytes) {
  public StackSettings {
    addresses = List.copyOf(addresses);
  }

  /** The usual limits. */
  public static StackSettings of(List<IpAddress> addresses, int mtu) {
    return new StackSettings(addresses, mtu, 65_536, 2 << 20, 2 << 20);
  }
}
