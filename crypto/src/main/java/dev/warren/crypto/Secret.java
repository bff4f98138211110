package dev.warren.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * 32 secret bytes: a private key, a preshared key, a precomputed shared secret.
 *
 * <p>They live outside the heap, where the collector makes no copies, until {@link #close()} zeroes
 * them. After that the secret reads as 32 zero bytes and stays safe to touch: the memory itself
 * goes back only when nothing refers to it.
 *
 * <p><b>Owner:</b> any thread may read; the one that made or was given it wipes it, when no other
 * reads any more.
 */
public final class Secret implements AutoCloseable {

  /** Length of a secret in bytes. */
  public static final int BYTES = KeyText.KEY_BYTES;

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 8);

  private Secret(byte[] src, int offset) {
    MemorySegment.copy(src, offset, memory, ValueLayout.JAVA_BYTE, 0, BYTES);
  }

  /** Copies the 32 bytes at {@code offset}; the caller wipes its own array. */
  public static Secret of(byte[] src, int offset) {
    return new Secret(src, offset);
  }

  /** Draws 32 random bytes. */
  public static Secret generate(RandomSource random) {
    byte[] bytes = new byte[BYTES];
    random.fill(bytes, 0, BYTES);
    return taken(bytes);
  }

  /** Returns the secret that 44 characters of base64 stand for, null when malformed. */
  public static @Nullable Secret parseBase64(CharSequence text) {
    byte[] bytes = KeyText.parseBase64(text);
    return bytes == null ? null : taken(bytes);
  }

  /** Returns the secret that 64 hex digits stand for, null when malformed. */
  public static @Nullable Secret parseHex(CharSequence text) {
    byte[] bytes = KeyText.parseHex(text);
    return bytes == null ? null : taken(bytes);
  }

  /** Writes the 32 bytes to {@code dst}, which the caller wipes. */
  public void copyTo(byte[] dst, int offset) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, dst, offset, BYTES);
  }

  /** Tells in constant time whether all bytes are zero, as they also are once wiped. */
  public boolean isZero() {
    return (word(0) | word(1) | word(2) | word(3)) == 0;
  }

  /** Tells in constant time whether two secrets hold the same bytes. */
  public boolean equalTo(Secret other) {
    long difference = 0;
    for (int i = 0; i < BYTES / Long.BYTES; i++) {
      difference |= word(i) ^ other.word(i);
    }
    return difference == 0;
  }

  /** Returns the base64 text. It is a {@code String}, which nobody can wipe: for output only. */
  public String revealBase64() {
    byte[] bytes = new byte[BYTES];
    copyTo(bytes, 0);
    String text = KeyText.toBase64(bytes);
    ConstantTime.wipe(bytes);
    return text;
  }

  /** Returns 64 hex digits. They are a {@code String}, which nobody can wipe: for output only. */
  public String revealHex() {
    byte[] bytes = new byte[BYTES];
    copyTo(bytes, 0);
    String text = KeyText.toHex(bytes);
    ConstantTime.wipe(bytes);
    return text;
  }

  /** Zeroes the bytes; a second time does no harm. */
  public void wipe() {
    memory.fill((byte) 0);
  }

  /** Same as {@link #wipe()}. */
  @Override
  public void close() {
    wipe();
  }

  /** Never shows content, so that a log line cannot leak it. */
  @Override
  public String toString() {
    return "Secret[hidden]";
  }

  private static Secret taken(byte[] bytes) {
    Secret secret = new Secret(bytes, 0);
    ConstantTime.wipe(bytes);
    return secret;
  }

  private long word(int index) {
    return memory.getAtIndex(ValueLayout.JAVA_LONG, index);
  }
}
