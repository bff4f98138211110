package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.config.ConfigWriter;
import org.jspecify.annotations.Nullable;

/**
 * The state of an interface as settings of a configuration file.
 *
 * <p><b>Source:</b> wireguard-tools' {@code showconf.c}, for which settings and in which order.
 */
public final class StateText {
  private StateText() {}

  /** Writes the interface's own settings, below a heading that is there already. */
  public static void device(ConfigWriter writer, InterfaceState state) {
    if (state.listenPort() != 0) {
      writer.setting("ListenPort", Integer.toString(state.listenPort()));
    }
    if (state.fwmark() != 0) {
      writer.fwmark(state.fwmark());
    }
    String privateKey = state.privateKey();
    if (privateKey != null) {
      writer.setting("PrivateKey", privateKey);
    }
  }

  /**
   * Writes a peer with its heading.
   *
   * @param endpointName what to write for where it is; null for its numbers
   */
  public static void peer(ConfigWriter writer, PeerState peer, @Nullable String endpointName) {
    writer.section("Peer");
    writer.setting("PublicKey", peer.publicKey());
    String presharedKey = peer.presharedKey();
    if (presharedKey != null) {
      writer.setting("PresharedKey", presharedKey);
    }
    if (!peer.allowedIps().isEmpty()) {
      writer.setting("AllowedIPs", String.join(", ", peer.allowedIps()));
    }
    String endpoint = endpointName != null ? endpointName : peer.endpoint();
    if (endpoint != null) {
      writer.setting("Endpoint", endpoint);
    }
    if (peer.persistentKeepalive() != 0) {
      writer.setting("PersistentKeepalive", Integer.toString(peer.persistentKeepalive()));
    }
  }
}
