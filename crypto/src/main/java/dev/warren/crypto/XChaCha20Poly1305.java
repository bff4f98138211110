package dev.warren.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * XChaCha20-Poly1305, whose 24-byte nonce may be random: the seal of cookie replies.
 *
 * <p><b>Shape:</b> as {@link ChaCha20Poly1305}; the first 16 bytes of the nonce go into the subkey,
 * the last 8 into the nonce under it.
 *
 * <p><b>Owner:</b> any thread; intermediate values are wiped before each return.
 *
 * <p><b>Errors:</b> {@code open} returns false when forged and then leaves {@code out} alone.
 *
 * <p><b>Source:</b> draft-irtf-cfrg-xchacha-03 §2, whitepaper §5.4.7.
 */
public final class XChaCha20Poly1305 {

  /** Length of a key in bytes. */
  public static final int KEY_BYTES = ChaCha20.KEY_BYTES;

  /** Length of a nonce in bytes. */
  public static final int NONCE_BYTES = 24;

  /** Length of the tag in bytes. */
  public static final int TAG_BYTES = Poly1305.TAG_BYTES;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private XChaCha20Poly1305() {}

  /** Seals {@code length} bytes of {@code in} to {@code length + 16} bytes of {@code out}. */
  public static void seal(
      byte[] key,
      int keyOffset,
      byte[] nonce,
      int nonceOffset,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int outOffset) {
    ChaCha20Poly1305.seal(
        cipher(key, keyOffset, nonce, nonceOffset),
        ad,
        adOffset,
        adLength,
        in,
        inOffset,
        length,
        out,
        outOffset);
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
      byte[] nonce,
      int nonceOffset,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int outOffset) {
    return ChaCha20Poly1305.open(
        cipher(key, keyOffset, nonce, nonceOffset),
        ad,
        adOffset,
        adLength,
        in,
        inOffset,
        length,
        out,
        outOffset);
  }

  /** Seals whole arrays: {@code out} has 16 bytes more than {@code in}. */
  public static void seal(byte[] key, byte[] nonce, byte[] ad, byte[] in, byte[] out) {
    seal(key, 0, nonce, 0, ad, 0, ad.length, in, 0, in.length, out, 0);
  }

  /** Opens whole arrays: {@code out} has 16 bytes less than {@code in}. */
  public static boolean open(byte[] key, byte[] nonce, byte[] ad, byte[] in, byte[] out) {
    return open(key, 0, nonce, 0, ad, 0, ad.length, in, 0, in.length, out, 0);
  }

  private static ChaCha20 cipher(byte[] key, int keyOffset, byte[] nonce, int nonceOffset) {
    ChaCha20 cipher = new ChaCha20();
    byte[] subkey = new byte[KEY_BYTES];
    cipher.hChaCha20(key, keyOffset, nonce, nonceOffset, subkey);
    int nonce1 = (int) INT.get(nonce, nonceOffset + 16);
    int nonce2 = (int) INT.get(nonce, nonceOffset + 20);
    cipher.init(subkey, 0, 0, nonce1, nonce2);
    ConstantTime.wipe(subkey);
    return cipher;
  }
}
