package dev.warren.linux;

import dev.warren.packet.owner.Immutable;

/**
 * Which offloads are wanted; each is used only if the kernel has it and for as long as it works.
 */
@Immutable
public record Offloads(boolean tunTso, boolean tunUso, boolean udpGso, boolean udpGro) {
  /** Every offload. */
  public static final Offloads ALL = new Offloads(true, true, true, true);

  /** No offload: one packet a system call on the interface, one datagram a message. */
  public static final Offloads NONE = new Offloads(false, false, false, false);

  /** Whether this one is among them. */
  public boolean has(Offload offload) {
    return switch (offload) {
      case TUN_TSO -> tunTso;
      case TUN_USO -> tunUso;
      case UDP_GSO -> udpGso;
      case UDP_GRO -> udpGro;
    };
  }

  /** All of these but one. */
  public Offloads without(Offload offload) {
    return switch (offload) {
      case TUN_TSO -> new Offloads(false, tunUso, udpGso, udpGro);
      case TUN_USO -> new Offloads(tunTso, false, udpGso, udpGro);
      case UDP_GSO -> new Offloads(tunTso, tunUso, false, udpGro);
      case UDP_GRO -> new Offloads(tunTso, tunUso, udpGso, false);
    };
  }
}
