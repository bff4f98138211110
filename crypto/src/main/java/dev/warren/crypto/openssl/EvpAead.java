package dev.warren.crypto.openssl;

import dev.warren.crypto.Aead;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 in an EVP_CIPHER_CTX that keeps the key; each packet sets the nonce anew.
 *
 * <p>By the functions that OpenSSL 1.1.1 and 3 have in common. {@link EvpParamAead} is faster where
 * it works.
 *
 * <p><b>Owner:</b> one thread at a time.
 */
final class EvpAead implements NativeAead.Context {

  private static final int GOOD = 1;

  private final long ctx;

  private EvpAead(long ctx) {
    this.ctx = ctx;
  }

  static @Nullable EvpAead create(byte[] key) {
    long ctx = newContext(key);
    return ctx == LibCrypto.NULL ? null : new EvpAead(ctx);
  }

  /** Returns a context that holds the key and is set to encrypt, or NULL without memory. */
  static long newContext(byte[] key) {
    long ctx = LibCrypto.cipherCtxNew();
    if (ctx == LibCrypto.NULL) {
      return LibCrypto.NULL;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nativeKey = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
      int good =
          LibCrypto.cipherInitWithKey(
              ctx, LibCrypto.cipherChaCha20Poly1305(), nativeKey.address(), LibCrypto.ENCRYPT);
      nativeKey.fill((byte) 0);
      if (good != GOOD) {
        LibCrypto.cipherCtxFree(ctx);
        return LibCrypto.NULL;
      }
    }
    return ctx;
  }

  @Override
  public boolean seal(long counter, long address, int length) {
    Scratch scratch = Scratch.ofThread();
    long tagAddress = address + length;
    return LibCrypto.cipherInit(ctx, scratch.nonceAddress(counter), LibCrypto.ENCRYPT) == GOOD
        && crypt(scratch, address, length)
        && LibCrypto.cipherFinal(ctx, tagAddress, scratch.lengthAddress()) == GOOD
        && LibCrypto.cipherCtxCtrl(ctx, LibCrypto.EVP_CTRL_AEAD_GET_TAG, Aead.TAG_BYTES, tagAddress)
            == GOOD;
  }

  @Override
  public boolean open(long counter, long address, int plainLength) {
    Scratch scratch = Scratch.ofThread();
    long tagAddress = address + plainLength;
    return LibCrypto.cipherInit(ctx, scratch.nonceAddress(counter), LibCrypto.DECRYPT) == GOOD
        && LibCrypto.cipherCtxCtrl(ctx, LibCrypto.EVP_CTRL_AEAD_SET_TAG, Aead.TAG_BYTES, tagAddress)
            == GOOD
        && crypt(scratch, address, plainLength)
        && LibCrypto.cipherFinal(ctx, tagAddress, scratch.lengthAddress()) == GOOD;
  }

  @Override
  public void run() {
    LibCrypto.cipherCtxFree(ctx);
  }

  /** A keepalive has nothing to encrypt, and not every version takes a length of zero. */
  private boolean crypt(Scratch scratch, long address, int length) {
    return length == 0
        || LibCrypto.cipherUpdate(ctx, address, scratch.lengthAddress(), address, length) == GOOD;
  }
}
