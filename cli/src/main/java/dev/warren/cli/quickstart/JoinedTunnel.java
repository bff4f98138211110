package dev.warren.cli.quickstart;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Grammar;
import dev.warren.crypto.KeyText;
import dev.warren.crypto.Secret;
import dev.warren.embed.Network;
import dev.warren.embed.PeerStatus;
import dev.warren.embed.Tunnel;
import dev.warren.embed.TunnelStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Tunnel} of a configuration file.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> {@link IOException} when it cannot be opened.
 */
final class JoinedTunnel implements Joined {
  private final String name;
  private final Tunnel tunnel;
  private final byte @Nullable [] privateKey;

  private JoinedTunnel(String name, Tunnel tunnel, byte @Nullable [] privateKey) {
    this.name = name;
    this.tunnel = tunnel;
    this.privateKey = privateKey;
  }

  /** Opens it; its name is that of the file. */
  static Joined open(Path file) throws IOException {
    String name = file.getFileName().toString().replaceFirst("[.]conf$", "");
    byte[] key = privateKey(Files.readString(file));
    return new JoinedTunnel(name, Tunnel.open(file), key);
  }

  /** For the line {@code private key: (hidden)}, which tells that there is one. */
  private static byte @Nullable [] privateKey(String text) {
    if (ConfigParser.parse(text, Grammar.WG_QUICK, service -> -1)
        instanceof ConfigResult.Good good) {
      try (var configuration = good.configuration()) {
        Secret secret = configuration.device().privateKey();
        if (secret != null) {
          byte[] key = new byte[KeyText.KEY_BYTES];
          secret.copyTo(key, 0);
          return key;
        }
      }
    }
    return null;
  }

  @Override
  public Network network() {
    return tunnel;
  }

  @Override
  public InterfaceState state() throws IOException {
    TunnelStatus status = tunnel.status();
    List<PeerState> peers = new ArrayList<>();
    for (PeerStatus peer : status.peers()) {
      byte[] key = KeyText.parseBase64(peer.publicKey());
      if (key != null) {
        peers.add(
            PeerState.of(
                key,
                endpoint(peer.endpoint()),
                peer.lastHandshake() == null ? 0 : peer.lastHandshake().getEpochSecond(),
                peer.receivedBytes(),
                peer.sentBytes(),
                peer.keepaliveSeconds(),
                peer.allowedIps()));
      }
    }
    return InterfaceState.of(name, privateKey, status.listenPort(), peers);
  }

  private static @Nullable String endpoint(@Nullable InetSocketAddress where) {
    if (where == null) {
      return null;
    }
    String host = where.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + where.getPort();
  }

  @Override
  public void close() {
    tunnel.close();
  }
}
