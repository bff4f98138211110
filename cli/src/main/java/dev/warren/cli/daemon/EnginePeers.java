package dev.warren.cli.daemon;

import dev.warren.crypto.PublicKey;
import dev.warren.engine.Engine;
import dev.warren.packet.Endpoint;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The peers of a running engine.
 *
 * <p><b>Owner:</b> any thread but the device's.
 */
public final class EnginePeers implements EndpointRefresh.Peers {
  private final Engine engine;

  public EnginePeers(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Map<String, PeerView> look() throws InterruptedException {
    Map<String, PeerView> views = new LinkedHashMap<>();
    try (DeviceSnapshot snapshot = engine.snapshot()) {
      snapshot
          .peers()
          .forEach(
              peer ->
                  views.put(
                      peer.publicKey().toString(),
                      new PeerView(
                          peer.endpoint(),
                          peer.lastHandshakeEpochNanos(),
                          peer.txBytes(),
                          peer.rxBytes())));
    }
    return views;
  }

  @Override
  public void move(String publicKey, Endpoint to) throws InterruptedException {
    PublicKey key = PublicKey.parseBase64(publicKey);
    if (key != null) {
      PeerChange.Builder peer = new PeerChange.Builder(key);
      peer.updateOnly();
      peer.endpoint(to);
      engine.apply(new DeviceChange(null, null, null, false, List.of(peer.build())));
    }
  }
}
