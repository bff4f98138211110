package dev.warren.interop;

import dev.warren.embed.PeerSettings;
import dev.warren.embed.Tunnel;
import java.io.IOException;

/** Two tunnels of this process that reach each other over loopback. */
final class TwoTunnels implements AutoCloseable {
  /** The address of {@link #far}. */
  static final String FAR = "10.9.0.1";

  private static final String NEAR_KEY = "YAnz5TF+lXXJte14tji3zlMNftft3lj0R0lRzMNdvUs=";
  private static final String FAR_KEY = "GNn5A8gl1PJk8F2YnfT7m8rfkyOT2GJDjA2AhXTHPmU=";

  private final Tunnel far;
  private final Tunnel near;

  TwoTunnels() throws IOException {
    far = Tunnel.builder().privateKey(FAR_KEY).address(FAR + "/24").name("far").open();
    near =
        Tunnel.builder()
            .privateKey(NEAR_KEY)
            .address("10.9.0.2/24")
            .name("near")
            .peer(
                PeerSettings.of(far.status().publicKey(), "10.9.0.0/24")
                    .at("127.0.0.1:" + far.status().listenPort()))
            .open();
    far.addPeer(PeerSettings.of(near.status().publicKey(), "10.9.0.2/32"));
  }

  /** The one that serves. */
  Tunnel far() {
    return far;
  }

  /** The program's. */
  Tunnel near() {
    return near;
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
