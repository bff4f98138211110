package dev.warren.config;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Immutable;

/**
 * An address of the interface itself, host bits and all.
 *
 * @param address the address
 * @param length how many bits of it the network has
 */
@Immutable
public record InterfaceAddress(IpAddress address, int length) {
  /** The network that the address is in. */
  public Prefix network() {
    return new Prefix(address, length);
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
