package dev.warren.protocol;

import dev.warren.crypto.Blake2s;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.XChaCha20Poly1305;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;

/**
 * Our side of one peer's macs: puts mac1 and mac2 on handshake messages to it, and keeps the cookie
 * that it last sent.
 *
 * <p><b>Source:</b> whitepaper §5.4.4, §5.4.7; a cookie is used for 120 s less 5 s of latency.
 */
@Confined("device")
final class PeerCookie {
  private final byte[] mac1Key;
  private final byte[] decryptionKey;
  private final byte[] lastMac1 = new byte[Messages.MAC_BYTES];
  private final byte[] cookie = new byte[Messages.MAC_BYTES];
  private boolean awaitsReply;
  private long bornNanos = PeerTimers.NEVER;

  PeerCookie(PublicKey peer) {
    mac1Key = CookieChecker.mac1Key(peer);
    decryptionKey = CookieChecker.cookieKey(peer);
  }

  /** Writes both macs of a handshake message of {@code length} bytes. */
  void stamp(byte[] message, int length, long now) {
    int mac1 = length - 2 * Messages.MAC_BYTES;
    int mac2 = length - Messages.MAC_BYTES;
    Blake2s blake = new Blake2s();
    blake.reset(Messages.MAC_BYTES, mac1Key, 0, mac1Key.length);
    blake.update(message, 0, mac1);
    blake.finish(message, mac1);
    System.arraycopy(message, mac1, lastMac1, 0, lastMac1.length);
    awaitsReply = true;
    if (bornNanos == PeerTimers.NEVER
        || now - bornNanos >= Messages.COOKIE_SECRET_MAX_AGE - Messages.COOKIE_SECRET_LATENCY) {
      Arrays.fill(message, mac2, length, (byte) 0);
      return;
    }
    blake.reset(Messages.MAC_BYTES, cookie, 0, cookie.length);
    blake.update(message, 0, mac2);
    blake.finish(message, mac2);
  }

  /** Takes a cookie reply to the message last stamped; false when it is none. */
  boolean consumeReply(byte[] reply, long now) {
    if (!awaitsReply) {
      return false;
    }
    byte[] nonce = new byte[Messages.COOKIE_NONCE_BYTES];
    System.arraycopy(reply, Messages.COOKIE_NONCE_OFFSET, nonce, 0, nonce.length);
    byte[] opened = new byte[Messages.MAC_BYTES];
    if (!XChaCha20Poly1305.open(
        decryptionKey,
        0,
        nonce,
        0,
        lastMac1,
        0,
        lastMac1.length,
        reply,
        Messages.COOKIE_COOKIE_OFFSET,
        Messages.MAC_BYTES + Messages.TAG_BYTES,
        opened,
        0)) {
      return false;
    }
    System.arraycopy(opened, 0, cookie, 0, cookie.length);
    bornNanos = now;
    awaitsReply = false;
    return true;
  }
}
