package dev.warren.cli.daemon;

import dev.warren.crypto.PublicKey;
import dev.warren.engine.Engine;
import dev.warren.linux.Errno;
import dev.warren.packet.Endpoint;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerChange;
import dev.warren.protocol.config.PeerSnapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The peers of a running engine whose endpoints have names.
 *
 * <p><b>Owner:</b> any thread but the device's.
 */
public final class EnginePeers implements EndpointRefresh.Peers {
  private final Engine engine;
  private final Map<PublicKey, String> named = new HashMap<>();

  /** To look at those peers of the engine that these names are for. */
  public EnginePeers(Engine engine, EndpointNames names) {
    this.engine = engine;
    for (String text : names.keys()) {
      PublicKey key = PublicKey.parseBase64(text);
      if (key != null) {
        named.put(key, text);
      }
    }
  }

  @Override
  public Map<String, PeerView> look() throws InterruptedException {
    Map<String, PeerView> views = new LinkedHashMap<>();
    try (DeviceSnapshot snapshot = engine.snapshot()) {
      for (PeerSnapshot peer : snapshot.peers()) {
        String key = named.get(peer.publicKey());
        if (key != null) {
          views.put(
              key,
              new PeerView(
                  peer.endpoint(), peer.lastHandshakeEpochNanos(), peer.txBytes(), peer.rxBytes()));
        }
      }
    }
    return views;
  }

  @Override
  public int move(String publicKey, Endpoint to) throws InterruptedException {
    PublicKey key = PublicKey.parseBase64(publicKey);
    if (key == null) {
      return -Errno.EINVAL;
    }
    PeerChange.Builder peer = new PeerChange.Builder(key);
    peer.updateOnly();
    peer.endpoint(to);
    return engine.apply(new DeviceChange(null, null, null, false, List.of(peer.build())));
  }
}
