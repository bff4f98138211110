package dev.warren.protocol.config;

import dev.warren.crypto.Secret;
import dev.warren.packet.owner.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device at one moment.
 *
 * @param privateKey a copy, or null for none
 * @param listenPort the bound port, or the one asked for while nothing is bound
 * @param fwmark the mark, 0 for none
 * @param peers in the order they were added
 */
@Immutable
public record DeviceSnapshot(
    @Nullable Secret privateKey, int listenPort, int fwmark, List<PeerSnapshot> peers)
    implements AutoCloseable {

  /** Wipes the copies of keys. */
  @Override
  public void close() {
    if (privateKey != null) {
      privateKey.wipe();
    }
    for (PeerSnapshot peer : peers) {
      Secret presharedKey = peer.presharedKey();
      if (presharedKey != null) {
        presharedKey.wipe();
      }
    }
  }
}
