package dev.warren.crypto;

import java.util.Objects;

/**
 * ChaCha20-Poly1305 with additional data, for the few small messages of a handshake.
 *
 * <p><b>Shape:</b> the nonce is 4 zero bytes and a 64-bit counter, little-endian; the output of
 * {@code seal} is the ciphertext and then the 16-byte tag. {@code in} and {@code out} may be the
 * same place.
 *
 * <p><b>Owner:</b> any thread; intermediate values are wiped before each return.
 *
 * <p><b>Errors:</b> {@code open} returns false when forged and then leaves {@code out} alone.
 *
 * <p><b>Source:</b> RFC 8439 §2.8, whitepaper §5.4.
 */
public final class ChaCha20Poly1305 {

  /** Length of a key in bytes. */
  public static final int KEY_BYTES = ChaCha20.KEY_BYTES;

  /** Length of the tag in bytes. */
  public static final int TAG_BYTES = Poly1305.TAG_BYTES;

  private ChaCha20Poly1305() {}

  /** Seals {@code length} bytes of {@code in} to {@code length + 16} bytes of {@code out}. */
  public static void seal(
      byte[] key,
      int keyOffset,
      long counter,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int outOffset) {
    ChaCha20 cipher = new ChaCha20();
    cipher.init(key, keyOffset, 0, (int) counter, (int) (counter >>> 32));
    seal(cipher, ad, adOffset, adLength, in, inOffset, length, out, outOffset);
  }

  /**
   * Opens {@code length} bytes of {@code in}, tag included, to {@code length - 16} bytes of {@code
   * out}.
   *
   * @return false when forged or shorter than a tag
   */
  public static boolean open(
      byte[] key,
      int keyOffset,
      long counter,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int outOffset) {
    ChaCha20 cipher = new ChaCha20();
    cipher.init(key, keyOffset, 0, (int) counter, (int) (counter >>> 32));
    return open(cipher, ad, adOffset, adLength, in, inOffset, length, out, outOffset);
  }

  /** Seals with a cipher that has key and nonce, and wipes it. */
  static void seal(
      ChaCha20 cipher,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int outOffset) {
    Objects.checkFromIndexSize(inOffset, length, in.length);
    Objects.checkFromIndexSize(outOffset, length + TAG_BYTES, out.length);
    byte[] firstBlock = new byte[ChaCha20.BLOCK_BYTES];
    cipher.nextBlock(firstBlock);
    cipher.xor(in, inOffset, length, out, outOffset);
    tag(firstBlock, ad, adOffset, adLength, out, outOffset, length, out, outOffset + length);
    cipher.wipe();
  }

  /** Opens with a cipher that has key and nonce, and wipes it. */
  static boolean open(
      ChaCha20 cipher,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int outOffset) {
    Objects.checkFromIndexSize(inOffset, length, in.length);
    int plainLength = length - TAG_BYTES;
    boolean genuine = false;
    if (plainLength >= 0) {
      byte[] firstBlock = new byte[ChaCha20.BLOCK_BYTES];
      byte[] tag = new byte[TAG_BYTES];
      cipher.nextBlock(firstBlock);
      tag(firstBlock, ad, adOffset, adLength, in, inOffset, plainLength, tag, 0);
      genuine = ConstantTime.equal(tag, 0, in, inOffset + plainLength, TAG_BYTES);
      ConstantTime.wipe(tag); // of a forged message it is the genuine one
    }
    if (genuine) {
      cipher.xor(in, inOffset, plainLength, out, outOffset);
    }
    cipher.wipe();
    return genuine;
  }

  /** Writes the tag under the one-time key that starts block 0, and wipes that block. */
  private static void tag(
      byte[] firstBlock,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] ciphertext,
      int offset,
      int length,
      byte[] tag,
      int tagOffset) {
    Poly1305 authenticator = new Poly1305();
    authenticator.init(firstBlock, 0);
    authenticator.updatePadded(ad, adOffset, adLength);
    authenticator.updatePadded(ciphertext, offset, length);
    authenticator.updateLengths(adLength, length);
    authenticator.finish(tag, tagOffset);
    ConstantTime.wipe(firstBlock);
  }
}
