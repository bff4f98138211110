package dev.warren.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The 32 public bytes of an X25519 key pair, which are also the name of a peer.
 *
 * <p><b>Shape:</b> the u-coordinate, little-endian (RFC 7748 §5). The bytes are kept as they came,
 * also where two of them mean the same point, since the whole 32 are what peers are told apart by.
 *
 * <p><b>Owner:</b> any thread; immutable.
 */
public final class PublicKey {

  /** Length of a key in bytes. */
  public static final int BYTES = KeyText.KEY_BYTES;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long word0;
  private final long word1;
  private final long word2;
  private final long word3;

  private PublicKey(byte[] src, int offset) {
    word0 = (long) LONG.get(src, offset);
    word1 = (long) LONG.get(src, offset + 8);
    word2 = (long) LONG.get(src, offset + 16);
    word3 = (long) LONG.get(src, offset + 24);
  }

  /** Reads the 32 bytes at {@code offset}. */
  public static PublicKey of(byte[] src, int offset) {
    return new PublicKey(src, offset);
  }

  /** Returns the key that 44 characters of base64 stand for, null when malformed. */
  public static @Nullable PublicKey parseBase64(CharSequence text) {
    byte[] key = KeyText.parseBase64(text);
    return key == null ? null : new PublicKey(key, 0);
  }

  /** Returns the key that 64 hex digits stand for, null when malformed. */
  public static @Nullable PublicKey parseHex(CharSequence text) {
    byte[] key = KeyText.parseHex(text);
    return key == null ? null : new PublicKey(key, 0);
  }

  /** Returns a copy of the 32 bytes. */
  public byte[] bytes() {
    byte[] copy = new byte[BYTES];
    copyTo(copy, 0);
    return copy;
  }

  /** Writes the 32 bytes to {@code dst} from {@code offset} on. */
  public void copyTo(byte[] dst, int offset) {
    LONG.set(dst, offset, word0);
    LONG.set(dst, offset + 8, word1);
    LONG.set(dst, offset + 16, word2);
    LONG.set(dst, offset + 24, word3);
  }

  /** Tells whether all bytes are zero, which configuration uses for "no key". */
  public boolean isZero() {
    return (word0 | word1 | word2 | word3) == 0;
  }

  /** Returns the 64 lower-case hex digits of the UAPI. */
  public String toHex() {
    return KeyText.toHex(bytes());
  }

  /** Compares in constant time: a handshake must not tell how much of a peer's key was guessed. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublicKey that
        && ((word0 ^ that.word0)
                | (word1 ^ that.word1)
                | (word2 ^ that.word2)
                | (word3 ^ that.word3))
            == 0;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(word0 ^ word1 ^ word2 ^ word3);
  }

  /** Returns the base64 text by which {@code wg} shows the key. */
  @Override
  public String toString() {
    return KeyText.toBase64(bytes());
  }
}
