package dev.warren.crypto;

/**
 * The Diffie-Hellman function of WireGuard, by one engine.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Source:</b> RFC 7748 §5 and §6.1.
 */
public interface X25519 {

  /** Returns the engine's name for the log. */
  String name();

  /** Copies and clamps the scalar and derives its public key; the caller still owns the secret. */
  PrivateKey importPrivate(Secret secret);

  /** Draws a new private key, such as the ephemeral of a handshake. */
  default PrivateKey generate(RandomSource random) {
    try (Secret secret = Secret.generate(random)) {
      return importPrivate(secret);
    }
  }

  /** Returns a clamped copy of a scalar (RFC 7748 §5, decodeScalar25519). */
  static Secret clamped(Secret secret) {
    byte[] scalar = new byte[Secret.BYTES];
    secret.copyTo(scalar, 0);
    scalar[0] &= (byte) 248;
    scalar[31] = (byte) ((scalar[31] & 127) | 64);
    Secret clamped = Secret.of(scalar, 0);
    ConstantTime.wipe(scalar);
    return clamped;
  }
}
