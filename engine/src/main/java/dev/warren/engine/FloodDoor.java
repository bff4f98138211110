package dev.warren.engine;

import dev.warren.packet.UdpPort;
import dev.warren.packet.owner.Confined;
import dev.warren.protocol.HandshakeFlood;

/**
 * Has the UDP port let in what {@link HandshakeFlood} says, and tells the operator of floods.
 *
 * <p><b>Errors:</b> a port that cannot thin is asked no more, with a line in the log; the flood
 * then comes in whole.
 */
@Confined("device")
final class FloodDoor {
  private static final long LINES_APART_NANOS = 60_000_000_000L;

  private final HandshakeFlood flood;
  private final UdpPort udp;
  private final Log log;
  private boolean isRefused;
  private boolean isTold;
  private long toldNanos = Long.MIN_VALUE;

  FloodDoor(HandshakeFlood flood, UdpPort udp, Log log) {
    this.flood = flood;
    this.udp = udp;
    this.log = log;
  }

  /** When {@link #update} is to be called next though nothing comes in. */
  long nextNanos() {
    return isRefused ? Long.MAX_VALUE : flood.nextNanos();
  }

  void update(long now) {
    if (isRefused || !flood.update(now)) {
      return;
    }
    int result = udp.thin(flood.thinning());
    if (result < 0) {
      isRefused = true;
      flood.refused();
      log.error("the kernel cannot keep out floods of handshake messages: errno " + -result);
    } else if (flood.isThinning() && !isTold) {
      tellOfFlood(now);
    } else if (!flood.isThinning() && isTold) {
      isTold = false;
      log.verbose("the flood of handshake messages is over");
    }
  }

  private void tellOfFlood(long now) {
    if (toldNanos == Long.MIN_VALUE || now - toldNanos >= LINES_APART_NANOS) {
      isTold = true;
      toldNanos = now;
      log.verbose(
          "a flood of handshake messages, %d a second: the kernel keeps most of them out"
              .formatted(flood.offeredPerSecond()));
    }
  }
}
