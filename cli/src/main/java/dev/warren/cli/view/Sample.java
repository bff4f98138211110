package dev.warren.cli.view;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All tunnels at one moment.
 *
 * <p><b>Units:</b> {@code nanos} of the monotonic clock, seconds of the wall clock since the epoch.
 */
record Sample(long nanos, long epochSeconds, List<Tunnel> tunnels) {

  /** Bytes a second, each way. */
  record Rate(long receiving, long sending) {}

  /** The rates of every peer since an earlier sample; by interface and public key. */
  Map<String, Rate> ratesSince(@Nullable Sample earlier) {
    Map<String, Rate> rates = new HashMap<>();
    if (earlier == null) {
      return rates;
    }
    long millis = Math.max(1, (nanos - earlier.nanos) / 1_000_000);
    Map<String, Tunnel.Peer> before = new HashMap<>();
    for (Tunnel tunnel : earlier.tunnels) {
      for (Tunnel.Peer peer : tunnel.peers()) {
        before.put(key(tunnel, peer), peer);
      }
    }
    for (Tunnel tunnel : tunnels) {
      for (Tunnel.Peer peer : tunnel.peers()) {
        Tunnel.Peer then = before.get(key(tunnel, peer));
        // Smaller than before: the daemon was started again in between.
        if (then != null
            && peer.receivedBytes() >= then.receivedBytes()
            && peer.sentBytes() >= then.sentBytes()) {
          rates.put(
              key(tunnel, peer),
              new Rate(
                  (peer.receivedBytes() - then.receivedBytes()) * 1000 / millis,
                  (peer.sentBytes() - then.sentBytes()) * 1000 / millis));
        }
      }
    }
    return rates;
  }

  static String key(Tunnel tunnel, Tunnel.Peer peer) {
    return tunnel.name() + " " + peer.publicKey();
  }
}
