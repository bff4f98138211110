package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import org.jspecify.annotations.Nullable;

/**
 * What {@code wg show} writes for scripts: columns with tabs between them, peers in the order of
 * the daemon.
 */
final class ScriptText {
  private static final String NONE = "(none)";
  private static final String ENDPOINTS = "endpoints";

  private final ByteText out;
  private final InterfaceState device;
  private final boolean named;

  /**
   * Writes of one interface.
   *
   * @param named whether each line begins with the name of the interface
   */
  ScriptText(ByteText out, InterfaceState device, boolean named) {
    this.out = out;
    this.device = device;
    this.named = named;
  }

  void publicKey() {
    begin();
    out.add(orNone(device.publicKey())).add('\n');
  }

  void privateKey() {
    begin();
    out.add(orNone(device.privateKey())).add('\n');
  }

  void listenPort() {
    begin();
    out.add(device.listenPort()).add('\n');
  }

  void fwmark() {
    begin();
    mark();
    out.add('\n');
  }

  void dump() {
    begin();
    out.add(orNone(device.privateKey())).add('\t');
    out.add(orNone(device.publicKey())).add('\t');
    out.add(device.listenPort()).add('\t');
    mark();
    out.add('\n');
    for (PeerState peer : device.peers()) {
      begin();
      out.add(peer.publicKey()).add('\t');
      out.add(orNone(peer.presharedKey())).add('\t');
      out.add(orNone(peer.endpoint())).add('\t');
      allowedIps(peer, ',');
      out.add('\t').add(peer.handshakeSeconds()).add('\t');
      out.addUnsigned(peer.rxBytes()).add('\t').addUnsigned(peer.txBytes()).add('\t');
      keepalive(peer);
      out.add('\n');
    }
  }

  /**
   * The original writes the name before endpoints once and not on each line; so it must be here.
   */
  void beginPeers(String parameter) {
    if (parameter.equals(ENDPOINTS)) {
      begin();
    }
  }

  /** Writes a line of one peer. */
  void peer(PeerState peer, String parameter) {
    if (!parameter.equals(ENDPOINTS)) {
      begin();
    }
    out.add(peer.publicKey());
    if (!parameter.equals("peers")) {
      out.add('\t');
    }
    switch (parameter) {
      case "preshared-keys" -> out.add(orNone(peer.presharedKey()));
      case ENDPOINTS -> out.add(orNone(peer.endpoint()));
      case "allowed-ips" -> allowedIps(peer, ' ');
      case "latest-handshakes" -> out.add(peer.handshakeSeconds());
      case "transfer" -> out.addUnsigned(peer.rxBytes()).add('\t').addUnsigned(peer.txBytes());
      case "persistent-keepalive" -> keepalive(peer);
      default -> {}
    }
    out.add('\n');
  }

  private void begin() {
    if (named) {
      out.add(device.name()).add('\t');
    }
  }

  private void mark() {
    if (device.fwmark() == 0) {
      out.add("off");
    } else {
      out.add("0x").add(Integer.toHexString(device.fwmark()));
    }
  }

  private void keepalive(PeerState peer) {
    if (peer.persistentKeepalive() == 0) {
      out.add("off");
    } else {
      out.add(peer.persistentKeepalive());
    }
  }

  private void allowedIps(PeerState peer, char separator) {
    if (peer.allowedIps().isEmpty()) {
      out.add(NONE);
    }
    boolean first = true;
    for (String prefix : peer.allowedIps()) {
      if (!first) {
        out.add(separator);
      }
      out.add(prefix);
      first = false;
    }
  }

  private static String orNone(@Nullable String text) {
    return text == null ? NONE : text;
  }
}
