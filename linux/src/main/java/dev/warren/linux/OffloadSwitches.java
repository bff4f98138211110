package dev.warren.linux;

import dev.warren.packet.owner.Shared;

/**
 * Which offloads are on: at first all that are wanted; an offload that the kernel refuses goes off
 * and stays off.
 *
 * <p><b>Owner:</b> one thread at a time switches, the one that opens and later the device's; any
 * thread reads, by a volatile field that orders nothing else.
 */
@Shared
final class OffloadSwitches {
  private final OffloadListener listener;
  private volatile Offloads on;

  OffloadSwitches(Offloads wanted, OffloadListener listener) {
    this.listener = listener;
    on = wanted;
  }

  boolean isOn(Offload offload) {
    return on.has(offload);
  }

  /** All that are on. */
  Offloads on() {
    return on;
  }

  /** Switches an offload off, and tells if it was on. */
  void off(Offload offload, int errno) {
    Offloads before = on;
    if (before.has(offload)) {
      on = before.without(offload);
      listener.offloadOff(offload, errno);
    }
  }
}
