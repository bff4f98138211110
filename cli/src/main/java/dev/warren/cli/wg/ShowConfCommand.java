package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.config.ConfigWriter;

/**
 * {@code wg showconf}: an interface as a configuration file.
 *
 * <p><b>Source:</b> wireguard-tools' {@code showconf.c}.
 */
final class ShowConfCommand {
  private final WgCommand wg;

  ShowConfCommand(WgCommand wg) {
    this.wg = wg;
  }

  int run(String[] arguments) {
    if (arguments.length != 2) {
      wg.usage(arguments[0], " <interface>");
      return 1;
    }
    InterfaceState device;
    try {
      device = wg.environment.sockets().get(arguments[1]);
    } catch (UapiException e) {
      wg.err.line("Unable to access interface: " + e.reason());
      return 1;
    }
    StringBuilder text = new StringBuilder();
    writeInterface(device, text);
    int left = device.peers().size();
    for (PeerState peer : device.peers()) {
      wg.out.add(text.toString());
      text.setLength(0);
      writePeer(peer, text);
      if (--left > 0) {
        text.append('\n');
      }
    }
    wg.out.add(text.toString());
    return 0;
  }

  private static void writeInterface(InterfaceState device, StringBuilder text) {
    ConfigWriter writer = new ConfigWriter(text);
    writer.section("Interface");
    if (device.listenPort() != 0) {
      writer.setting("ListenPort", Integer.toString(device.listenPort()));
    }
    if (device.fwmark() != 0) {
      writer.fwmark(device.fwmark());
    }
    String privateKey = device.privateKey();
    if (privateKey != null) {
      writer.setting("PrivateKey", privateKey);
    }
    writer.blank();
  }

  private static void writePeer(PeerState peer, StringBuilder text) {
    ConfigWriter writer = new ConfigWriter(text);
    writer.section("Peer");
    writer.setting("PublicKey", peer.publicKey());
    String presharedKey = peer.presharedKey();
    if (presharedKey != null) {
      writer.setting("PresharedKey", presharedKey);
    }
    if (!peer.allowedIps().isEmpty()) {
      writer.setting("AllowedIPs", String.join(", ", peer.allowedIps()));
    }
    String endpoint = peer.endpoint();
    if (endpoint != null) {
      writer.setting("Endpoint", endpoint);
    }
    if (peer.persistentKeepalive() != 0) {
      writer.setting("PersistentKeepalive", Integer.toString(peer.persistentKeepalive()));
    }
  }
}
