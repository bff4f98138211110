package dev.warren.protocol;

import dev.warren.crypto.Blake2s;
import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.XChaCha20Poly1305;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.nio.charset.StandardCharsets;

/**
 * The device's side of mac1, mac2 and cookies: who may make us work.
 *
 * <p>mac1 shows that the sender knows our public key. Under load, mac2 shows that it receives at
 * the address and port it sends from: it is keyed with the cookie that we sent there.
 *
 * <p><b>Source:</b> whitepaper §5.4.4, §5.4.7.
 */
@Confined("device")
final class CookieChecker {
  private static final byte[] LABEL_MAC1 = "mac1----".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LABEL_COOKIE = "cookie--".getBytes(StandardCharsets.US_ASCII);
  private static final int PORT_BYTES = 2;
  private static final byte[] NO_MAC2 = new byte[Messages.MAC_BYTES];

  private final RandomSource random;
  private final Blake2s blake = new Blake2s();
  private final byte[] mac1Key;
  private final byte[] cookieKey;
  private final byte[] secret = new byte[32];
  private final byte[] mac = new byte[Messages.MAC_BYTES];
  private final byte[] cookie = new byte[Messages.MAC_BYTES];
  private final byte[] source = new byte[16 + PORT_BYTES];
  private long secretBornNanos = PeerTimers.NEVER;

  CookieChecker(PublicKey own, RandomSource random) {
    this.random = random;
    this.mac1Key = mac1Key(own);
    this.cookieKey = cookieKey(own);
  }

  /** The key of mac1 in messages to the owner of a public key. */
  static byte[] mac1Key(PublicKey receiver) {
    return NoiseState.hash(LABEL_MAC1, receiver.bytes());
  }

  /** The key that cookies from the owner of a public key are encrypted with. */
  static byte[] cookieKey(PublicKey sender) {
    return NoiseState.hash(LABEL_COOKIE, sender.bytes());
  }

  /** Whether mac1 of a handshake message of {@code length} bytes is right. */
  boolean isMac1Valid(byte[] message, int length) {
    int mac1 = length - 2 * Messages.MAC_BYTES;
    blake.reset(Messages.MAC_BYTES, mac1Key, 0, mac1Key.length);
    blake.update(message, 0, mac1);
    blake.finish(mac, 0);
    return ConstantTime.equal(mac, 0, message, mac1, Messages.MAC_BYTES);
  }

  /** Whether mac2 shows that the sender has the cookie for its address and port. */
  boolean isMac2Valid(byte[] message, int length, Endpoint from, long now) {
    // A secret that is too old makes every cookie invalid; a new one comes with the next reply.
    if (secretBornNanos == PeerTimers.NEVER
        || now - secretBornNanos >= Messages.COOKIE_SECRET_MAX_AGE) {
      return false;
    }
    int mac2 = length - Messages.MAC_BYTES;
    if (ConstantTime.equal(NO_MAC2, 0, message, mac2, NO_MAC2.length)) {
      return false; // It does not even claim to have a cookie.
    }
    makeCookie(from);
    blake.reset(Messages.MAC_BYTES, cookie, 0, cookie.length);
    blake.update(message, 0, mac2);
    blake.finish(mac, 0);
    return ConstantTime.equal(mac, 0, message, mac2, Messages.MAC_BYTES);
  }

  /** Writes the cookie reply to a handshake message of {@code length} bytes. */
  void createReply(byte[] message, int length, Endpoint from, byte[] reply, long now) {
    if (secretBornNanos == PeerTimers.NEVER
        || now - secretBornNanos >= Messages.COOKIE_SECRET_MAX_AGE) {
      random.fill(secret, 0, secret.length);
      secretBornNanos = now;
    }
    makeCookie(from);
    byte[] nonce = new byte[Messages.COOKIE_NONCE_BYTES];
    random.fill(nonce, 0, nonce.length);
    byte[] mac1 = new byte[Messages.MAC_BYTES];
    System.arraycopy(message, length - 2 * mac1.length, mac1, 0, mac1.length);
    Messages.putInt(reply, Messages.TYPE_OFFSET, Messages.TYPE_COOKIE_REPLY);
    Messages.putInt(
        reply, Messages.COOKIE_RECEIVER_OFFSET, Messages.getInt(message, Messages.SENDER_OFFSET));
    System.arraycopy(nonce, 0, reply, Messages.COOKIE_NONCE_OFFSET, nonce.length);
    XChaCha20Poly1305.seal(
        cookieKey,
        0,
        nonce,
        0,
        mac1,
        0,
        mac1.length,
        cookie,
        0,
        cookie.length,
        reply,
        Messages.COOKIE_COOKIE_OFFSET);
  }

  void wipe() {
    ConstantTime.wipe(secret, cookie);
    secretBornNanos = PeerTimers.NEVER;
  }

  private void makeCookie(Endpoint from) {
    IpAddress address = from.address();
    int length = 0;
    if (address.isV6()) {
      for (int i = 0; i < 8; i++) {
        source[length++] = (byte) (address.high() >>> (56 - 8 * i));
      }
    }
    for (int i = address.isV6() ? 0 : 4; i < 8; i++) {
      source[length++] = (byte) (address.low() >>> (56 - 8 * i));
    }
    source[length++] = (byte) (from.port() >>> 8);
    source[length++] = (byte) from.port();
    blake.reset(Messages.MAC_BYTES, secret, 0, secret.length);
    blake.update(source, 0, length);
    blake.finish(cookie, 0);
  }
}
