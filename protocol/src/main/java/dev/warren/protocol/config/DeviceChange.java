package dev.warren.protocol.config;

import dev.warren.crypto.Secret;
import dev.warren.packet.owner.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole request to a device; null leaves a setting as it is.
 *
 * @param privateKey the device's key, zeros for none; whoever applies the change wipes it
 * @param listenPort 0..65535, 0 for a random one
 * @param fwmark the mark of outgoing datagrams, 0 for none
 * @param replacePeers takes all peers away before the changes
 * @param peers the changes of peers, in order; a peer may come several times
 */
@Immutable
public record DeviceChange(
    @Nullable Secret privateKey,
    @Nullable Integer listenPort,
    @Nullable Integer fwmark,
    boolean replacePeers,
    List<PeerChange> peers) {

  /** Wipes the keys in it: it was not applied. */
  public void wipe() {
    if (privateKey != null) {
      privateKey.wipe();
    }
    for (PeerChange peer : peers) {
      peer.wipe();
    }
  }
}
