package dev.warren.crypto;

/**
 * Makes {@link Aead}s: one implementation of ChaCha20-Poly1305.
 *
 * <p><b>Owner:</b> any thread.
 */
public interface AeadEngine {

  /** Returns the engine's name, for the log and for {@code --version}. */
  String name();

  /**
   * Tells whether several threads may seal and open with one {@link Aead} at the same time; close
   * it when they have all done. Where not, an AEAD serves one thread at a time.
   */
  boolean isShareable();

  /** Copies the 32-byte key at {@code offset}; the caller wipes its own array. */
  Aead create(byte[] key, int offset);
}
