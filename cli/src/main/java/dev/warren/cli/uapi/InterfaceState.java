package dev.warren.cli.uapi;

import dev.warren.crypto.BasePoint;
import dev.warren.crypto.KeyText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An interface as its daemon tells it.
 *
 * <p><b>Owner:</b> one thread.
 */
public final class InterfaceState {
  private final String name;
  private final byte @Nullable [] privateKey;
  private final int listenPort;
  private final int fwmark;
  private final List<PeerState> peers;

  InterfaceState(
      String name,
      byte @Nullable [] privateKey,
      int listenPort,
      int fwmark,
      List<PeerState> peers) {
    this.name = name;
    this.privateKey = privateKey;
    this.listenPort = listenPort;
    this.fwmark = fwmark;
    this.peers = peers;
  }

  /** One that was not asked by a socket: a tunnel inside this program. */
  public static InterfaceState of(
      String name, byte @Nullable [] privateKey, int listenPort, List<PeerState> peers) {
    return new InterfaceState(name, privateKey, listenPort, 0, peers);
  }

  /** The interface's name. */
  public String name() {
    return name;
  }

  /** The private key in base64, for output only; null for none. */
  public @Nullable String privateKey() {
    byte[] key = privateKey;
    return key == null ? null : KeyText.toBase64(key);
  }

  /** The public key in base64, computed here, since daemons do not tell it; null for none. */
  public @Nullable String publicKey() {
    byte[] key = privateKey;
    return key == null ? null : KeyText.toBase64(BasePoint.publicKey(key));
  }

  /** The UDP port, 0 for none. */
  public int listenPort() {
    return listenPort;
  }

  /** The mark of outgoing datagrams, an unsigned number; 0 for none. */
  public int fwmark() {
    return fwmark;
  }

  /** The peers, in the order of the daemon. */
  public List<PeerState> peers() {
    return peers;
  }

  /** The name: no secret. */
  @Override
  public String toString() {
    return name;
  }
}
