package dev.warren.crypto.openssl;

import dev.warren.crypto.Aead;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 in an EVP_AEAD_CTX, which holds the key and nothing else: one call a packet.
 *
 * <p><b>Owner:</b> any number of threads at once. The library takes the context as const and says
 * that calls on one may run side by side; what else a call needs is its thread's {@link Scratch}.
 *
 * <p><b>Source:</b> BoringSSL's aead.h, at EVP_AEAD_CTX_seal.
 */
final class BoringAead implements NativeAead.Context {

  private static final int GOOD = 1;

  private final long ctx;

  private BoringAead(long ctx) {
    this.ctx = ctx;
  }

  static @Nullable BoringAead create(byte[] key) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nativeKey = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
      long ctx =
          LibBoringSsl.ctxNew(LibBoringSsl.aeadChaCha20Poly1305(), nativeKey.address(), key.length);
      nativeKey.fill((byte) 0);
      return ctx == LibBoringSsl.NULL ? null : new BoringAead(ctx);
    }
  }

  @Override
  public boolean seal(long counter, long address, int length) {
    Scratch scratch = Scratch.ofThread();
    return LibBoringSsl.ctxSeal(
            ctx, scratch.nonceAddress(counter), scratch.lengthAddress(), address, length)
        == GOOD;
  }

  @Override
  public boolean open(long counter, long address, int plainLength) {
    Scratch scratch = Scratch.ofThread();
    return LibBoringSsl.ctxOpen(
            ctx,
            scratch.nonceAddress(counter),
            scratch.lengthAddress(),
            address,
            plainLength + Aead.TAG_BYTES)
        == GOOD;
  }

  @Override
  public void run() {
    LibBoringSsl.ctxFree(ctx);
  }
}
