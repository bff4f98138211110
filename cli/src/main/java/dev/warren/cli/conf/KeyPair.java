package dev.warren.cli.conf;

import dev.warren.crypto.BasePoint;
import dev.warren.crypto.KeyText;
import dev.warren.crypto.RandomSource;

/** A new machine's keys, in base64, since they go into a file at once. */
record KeyPair(String privateKey, String publicKey) {

  static KeyPair generate(RandomSource random) {
    byte[] key = new byte[KeyText.KEY_BYTES];
    random.fill(key, 0, key.length);
    // Clamped as wg genkey does: some programs compare keys as they are written.
    key[0] &= (byte) 248;
    key[31] = (byte) ((key[31] & 127) | 64);
    return new KeyPair(KeyText.toBase64(key), KeyText.toBase64(BasePoint.publicKey(key)));
  }

  static String generatePreshared(RandomSource random) {
    byte[] key = new byte[KeyText.KEY_BYTES];
    random.fill(key, 0, key.length);
    return KeyText.toBase64(key);
  }

  @Override
  public String toString() {
    return publicKey;
  }
}
