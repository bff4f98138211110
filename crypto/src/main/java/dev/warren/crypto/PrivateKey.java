package dev.warren.crypto;

/**
 * An X25519 private key: the clamped scalar, its public key, and whatever the engine caches of it.
 *
 * <p><b>Owner:</b> one thread at a time; engines keep scratch memory per key.
 *
 * <p><b>Errors:</b> a key that was closed agrees with nobody: {@link #agree} returns false.
 */
public interface PrivateKey extends AutoCloseable {

  /** Length of a shared secret in bytes. */
  int SHARED_SECRET_BYTES = 32;

  /** Returns the public key, also after closing. */
  PublicKey publicKey();

  /** Returns the clamped scalar. It belongs to this key and is wiped with it. */
  Secret secret();

  /**
   * Writes DH(this, peer) to {@code out[0..32)}.
   *
   * @return false when the result is all zero, as it is for a peer's key of low order; {@code out}
   *     is then zeroed, and nothing may be sent in answer
   */
  boolean agree(PublicKey peer, byte[] out);

  /** Wipes the scalar and frees what the engine holds; a second time does no harm. */
  @Override
  void close();
}
