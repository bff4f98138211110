package dev.warren.cli.wg;

import dev.warren.cli.uapi.Errno;
import dev.warren.cli.uapi.UapiConnection;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.config.AllowedIp;
import dev.warren.config.PeerConfig;
import dev.warren.crypto.Secret;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an interface is to become; null leaves a setting as it is.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Source:</b> wireguard-tools' {@code userspace_set_device}, for the order of lines.
 */
public final class Change {
  private static final String NO_KEY = "0".repeat(2 * Secret.BYTES);
  private static final String TRUE = "true";

  private final List<Entry> peers = new ArrayList<>();
  private @Nullable String privateKeyHex;
  private @Nullable Integer listenPort;
  private @Nullable Integer fwmark;
  private boolean replacePeers;

  /** A peer, and its endpoint in numbers. */
  private record Entry(PeerConfig peer, @Nullable String endpoint) {}

  /** Clears what is not set, and all peers. */
  void replaceEverything() {
    privateKeyHex = NO_KEY;
    listenPort = 0;
    fwmark = 0;
    replacePeers = true;
  }

  /** Leaves peers alone that are not named. */
  void keepOtherPeers() {
    replacePeers = false;
  }

  /** Sets the private key, unless it is null. */
  public void privateKey(@Nullable Secret key) {
    privateKeyHex = key == null ? privateKeyHex : key.revealHex();
  }

  /** Sets the UDP port, unless it is null. */
  public void listenPort(@Nullable Integer port) {
    listenPort = port == null ? listenPort : port;
  }

  /** Sets the mark of outgoing datagrams, unless it is null. */
  public void fwmark(@Nullable Integer mark) {
    fwmark = mark == null ? fwmark : mark;
  }

  /**
   * Adds a peer, or what it is to become.
   *
   * @param endpoint its endpoint in numbers
   */
  public void peer(PeerConfig peer, @Nullable String endpoint) {
    peers.add(new Entry(peer, endpoint));
  }

  /** Makes the change, all of it or nothing. */
  public void send(UapiSockets sockets, String name) throws UapiException {
    try (UapiConnection connection = sockets.connect(name)) {
      connection.line("set", "1");
      if (privateKeyHex != null) {
        connection.line("private_key", privateKeyHex);
      }
      if (listenPort != null) {
        connection.line("listen_port", Integer.toString(listenPort));
      }
      if (fwmark != null) {
        connection.line("fwmark", Integer.toUnsignedString(fwmark));
      }
      if (replacePeers) {
        connection.line("replace_peers", TRUE);
      }
      for (Entry entry : peers) {
        send(connection, entry);
      }
      connection.end();
      int errno = connection.answer();
      if (errno != 0) {
        throw new UapiException(-errno, Errno.text(-errno));
      }
    }
  }

  private static void send(UapiConnection connection, Entry entry) {
    PeerConfig peer = entry.peer();
    connection.line("public_key", peer.publicKey().toHex());
    if (peer.remove()) {
      connection.line("remove", TRUE);
      return;
    }
    if (peer.presharedKey() != null) {
      connection.line("preshared_key", peer.presharedKey().revealHex());
    }
    if (entry.endpoint() != null) {
      connection.line("endpoint", entry.endpoint());
    }
    if (peer.persistentKeepalive() != null) {
      connection.line(
          "persistent_keepalive_interval", Integer.toString(peer.persistentKeepalive()));
    }
    if (peer.replaceAllowedIps()) {
      connection.line("replace_allowed_ips", TRUE);
    }
    for (AllowedIp each : peer.allowedIps()) {
      connection.line("allowed_ip", (each.remove() ? "-" : "") + each.prefix());
    }
  }
}
