package dev.warren.crypto;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** The oracle: the same functions by another hand. */
final class BouncyCastle {

  private BouncyCastle() {}

  static byte[] blake2s(int outLength, byte[] key, byte[] message) {
    Blake2sDigest digest =
        new Blake2sDigest(key.length == 0 ? null : key, outLength, /* salt= */ null, null);
    digest.update(message, 0, message.length);
    byte[] out = new byte[outLength];
    digest.doFinal(out, 0);
    return out;
  }

  static byte[] hmac(byte[] key, byte[] message) {
    HMac hmac = new HMac(new Blake2sDigest(256));
    hmac.init(new KeyParameter(key));
    hmac.update(message, 0, message.length);
    byte[] out = new byte[32];
    hmac.doFinal(out, 0);
    return out;
  }

  /** HKDF with the chaining key as salt and without info, which is Noise's KDF. */
  static byte[] hkdf(byte[] salt, byte[] input, int length) {
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new Blake2sDigest(256));
    generator.init(new HKDFParameters(input, salt, new byte[0]));
    byte[] out = new byte[length];
    generator.generateBytes(out, 0, length);
    return out;
  }

  static byte[] seal(byte[] key, byte[] nonce, byte[] ad, byte[] message) {
    var aead = new org.bouncycastle.crypto.modes.ChaCha20Poly1305();
    aead.init(true, new AEADParameters(new KeyParameter(key), 128, nonce, ad));
    byte[] out = new byte[message.length + 16];
    int written = aead.processBytes(message, 0, message.length, out, 0);
    try {
      aead.doFinal(out, written);
    } catch (InvalidCipherTextException e) {
      throw new AssertionError(e);
    }
    return out;
  }

  /** The nonce of WireGuard for a counter. */
  static byte[] nonce(long counter) {
    byte[] nonce = new byte[12];
    for (int i = 0; i < 8; i++) {
      nonce[4 + i] = (byte) (counter >>> (8 * i));
    }
    return nonce;
  }

  static byte[] x25519(byte[] scalar, byte[] point) {
    byte[] out = new byte[32];
    org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(scalar, 0, point, 0, out, 0);
    return out;
  }
}
