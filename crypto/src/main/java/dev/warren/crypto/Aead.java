package dev.warren.crypto;

import java.lang.foreign.MemorySegment;

/**
 * ChaCha20-Poly1305 under one session key, in one direction, for transport data.
 *
 * <p><b>Shape:</b> the nonce is 4 zero bytes and the 64-bit counter, little-endian; there is no
 * additional data; the 16-byte tag follows the ciphertext. Messages are sealed and opened in place,
 * in native memory.
 *
 * <p><b>Owner:</b> one thread at a time, and threads that hand it on do so with a memory barrier;
 * or any number at once where the engine says {@link AeadEngine#isShareable}. Then only {@link
 * #close} must wait until no thread is inside any more.
 *
 * <p><b>Errors:</b> false for a forged message, after {@link #close()}, and should the engine fail
 * for want of memory. A range outside the memory is our own bug and throws.
 *
 * <p><b>Source:</b> whitepaper §5.4.6, RFC 8439 §2.8.
 */
public interface Aead extends AutoCloseable {

  /** Length of a key in bytes. */
  int KEY_BYTES = 32;

  /** Length of the tag in bytes. */
  int TAG_BYTES = 16;

  /**
   * Turns the plaintext at {@code [offset, offset+length)} into ciphertext and writes the tag
   * behind it, at {@code [offset+length, offset+length+16)}.
   *
   * @param counter never used twice with the same key
   * @return false when nothing was sealed: the memory must then not be sent
   */
  boolean seal(long counter, MemorySegment memory, long offset, int length);

  /**
   * Opens ciphertext and tag at {@code [offset, offset+length)} to {@code length-16} bytes of
   * plaintext at {@code offset}.
   *
   * @return false when forged or shorter than a tag; the memory's content is then unspecified and
   *     must not be used
   */
  boolean open(long counter, MemorySegment memory, long offset, int length);

  /** Wipes the key and frees what the engine holds; a second time does no harm. */
  @Override
  void close();
}
