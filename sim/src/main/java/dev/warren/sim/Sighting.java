package dev.warren.sim;

import dev.warren.packet.memory.Datagram;
import dev.warren.packet.owner.Immutable;
import dev.warren.protocol.Messages;

/**
 * A datagram that an observer of the wire saw, and when. He knows no keys: types and lengths are
 * all he has.
 */
@Immutable
public record Sighting(long nanos, Datagram datagram) {
  /** The message type, the first byte. */
  public int type() {
    return datagram.payload()[0];
  }

  /** Whether it is transport data without a packet. */
  public boolean isKeepalive() {
    return type() == Messages.TYPE_TRANSPORT_DATA
        && datagram.length() == Messages.DATA_OVERHEAD_BYTES;
  }

  /** Whether it is transport data with a packet. */
  public boolean isData() {
    return type() == Messages.TYPE_TRANSPORT_DATA && !isKeepalive();
  }

  /** Whether a host sent it. */
  public boolean isFrom(Host host) {
    return datagram.source().address().equals(host.address());
  }

  @Override
  public String toString() {
    String what =
        switch (type()) {
          case Messages.TYPE_INITIATION -> "initiation";
          case Messages.TYPE_RESPONSE -> "response";
          case Messages.TYPE_COOKIE_REPLY -> "cookie reply";
          default -> isKeepalive() ? "keepalive" : "data";
        };
    return (nanos - World.START) / 1e9 + " s: " + what + ", " + datagram;
  }
}
