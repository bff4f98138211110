package dev.warren.cli.uapi;

import dev.warren.crypto.KeyText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One peer of an interface as its daemon tells it.
 *
 * <p>Keys and addresses stay bytes and text here, since most readers write them out again: {@code
 * crypto}'s and {@code packet}'s types would bring the FFM API into every {@code wg show}, and
 * twice the memory for 100,000 peers.
 *
 * <p><b>Units:</b> the keepalive in seconds, 0 for off; counters in bytes, unsigned.
 *
 * <p><b>Owner:</b> one thread.
 */
public final class PeerState {
  private final byte[] publicKey;
  private final ArrayList<String> allowedIps = new ArrayList<>(1);
  private byte @Nullable [] presharedKey;
  private @Nullable String endpoint;
  private long handshakeSeconds;
  private long handshakeNanos;
  private long rxBytes;
  private long txBytes;
  private int persistentKeepalive;

  PeerState(byte[] publicKey) {
    this.publicKey = publicKey;
  }

  /** One that was not asked by a socket: a peer of a tunnel inside this program. */
  public static PeerState of(
      byte[] publicKey,
      @Nullable String endpoint,
      long handshakeSeconds,
      long rxBytes,
      long txBytes,
      int persistentKeepalive,
      List<String> allowedIps) {
    PeerState peer = new PeerState(publicKey);
    peer.endpoint = endpoint;
    peer.handshakeSeconds = handshakeSeconds;
    peer.rxBytes = rxBytes;
    peer.txBytes = txBytes;
    peer.persistentKeepalive = persistentKeepalive;
    peer.allowedIps.addAll(allowedIps);
    return peer;
  }

  /** The peer's key in base64, by which it is known. */
  public String publicKey() {
    return KeyText.toBase64(publicKey);
  }

  /** Whether there is a preshared key. */
  public boolean hasPresharedKey() {
    return presharedKey != null;
  }

  /** The preshared key in base64, for output only; null for none. */
  public @Nullable String presharedKey() {
    byte[] key = presharedKey;
    return key == null ? null : KeyText.toBase64(key);
  }

  /** Where it is, as {@code 192.0.2.1:51820} or {@code [fe80::1%eth0]:51820}; null if unknown. */
  public @Nullable String endpoint() {
    return endpoint;
  }

  /** When the last handshake was, in whole seconds since the epoch; 0 for never. */
  public long handshakeSeconds() {
    return handshakeSeconds;
  }

  /** The nanoseconds that {@link #handshakeSeconds} leaves out. */
  public long handshakeNanos() {
    return handshakeNanos;
  }

  /** Bytes received. */
  public long rxBytes() {
    return rxBytes;
  }

  /** Bytes sent. */
  public long txBytes() {
    return txBytes;
  }

  /** The interval in seconds, 0 for off. */
  public int persistentKeepalive() {
    return persistentKeepalive;
  }

  /** Its prefixes, as {@code 10.0.0.0/8}, in the order of the daemon. */
  public List<String> allowedIps() {
    return allowedIps;
  }

  /** The public key: no secret. */
  @Override
  public String toString() {
    return publicKey();
  }

  void presharedKey(byte @Nullable [] key) {
    presharedKey = key;
  }

  void endpoint(String text) {
    endpoint = text;
  }

  void handshakeSeconds(long value) {
    handshakeSeconds = value;
  }

  void handshakeNanos(long value) {
    handshakeNanos = value;
  }

  void rxBytes(long value) {
    rxBytes = value;
  }

  void txBytes(long value) {
    txBytes = value;
  }

  void persistentKeepalive(int seconds) {
    persistentKeepalive = seconds;
  }

  void allowedIp(String prefix) {
    allowedIps.add(prefix);
  }
}
