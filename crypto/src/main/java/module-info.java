/**
 * The cryptography of WireGuard: keys, X25519, BLAKE2s, HKDF and ChaCha20-Poly1305.
 *
 * <p>Depends on the JDK alone. Native calls live in {@code dev.warren.crypto.openssl}, which is not
 * exported: other rooms ask {@code CryptoEngines} for what this process has.
 */
module dev.warren.crypto {
  requires static transitive org.jspecify;

  exports dev.warren.crypto;
}
