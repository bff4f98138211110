package dev.warren.crypto.openssl;

import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * X25519 by EVP_PKEY_derive, with the private key's objects cached.
 *
 * <p>OpenSSL derives the public key whenever it takes in a private one, which costs as much as an
 * agreement: hence one import per key and none per handshake.
 *
 * <p><b>Owner:</b> any thread; its keys as {@link PrivateKey} says.
 *
 * <p><b>Errors:</b> a library that takes no key any more is out of memory and throws.
 */
final class EvpX25519 implements X25519 {

  private static final int GOOD = 1;

  private final Cleaner cleaner;

  EvpX25519(Cleaner cleaner) {
    this.cleaner = cleaner;
  }

  @Override
  public String name() {
    return OpenSsl.NAME;
  }

  @Override
  public PrivateKey importPrivate(Secret secret) {
    Secret clamped = X25519.clamped(secret);
    return new Key(cleaner, clamped, NativeKey.create(clamped));
  }

  private static final class Key implements PrivateKey {

    private final Secret secret;
    private final PublicKey publicKey;
    private final Cleaner.Cleanable free;
    private @Nullable NativeKey nativeKey;

    Key(Cleaner cleaner, Secret secret, NativeKey nativeKey) {
      this.secret = secret;
      this.nativeKey = nativeKey;
      publicKey = nativeKey.publicKey();
      free = cleaner.register(this, nativeKey);
    }

    @Override
    public PublicKey publicKey() {
      return publicKey;
    }

    @Override
    public Secret secret() {
      return secret;
    }

    @Override
    public boolean agree(PublicKey peer, byte[] out) {
      NativeKey key = nativeKey;
      boolean agreed = false;
      try {
        agreed = key != null && key.derive(peer, out);
      } finally {
        Reference.reachabilityFence(this);
      }
      if (!agreed) {
        Arrays.fill(out, 0, SHARED_SECRET_BYTES, (byte) 0);
      }
      return agreed;
    }

    @Override
    public void close() {
      nativeKey = null;
      secret.wipe();
      free.clean(); // at most once, whoever comes first
    }
  }

  /** The native half. It knows nothing of the key, else the cleaner could never run. */
  private static final class NativeKey implements Runnable {

    private static final int BYTES = PublicKey.BYTES;

    // What goes to and from EVP by address, one after the other.
    private static final int INPUT_OFFSET = 0;
    private static final int OUTPUT_OFFSET = 32;
    private static final int LENGTH_OFFSET = 64;
    private static final int SCRATCH_BYTES = 72;

    private final long pkey;
    private final long ctx;
    private final MemorySegment scratch;
    private final byte[] peerBytes = new byte[BYTES];

    private NativeKey(long pkey, long ctx, MemorySegment scratch) {
      this.pkey = pkey;
      this.ctx = ctx;
      this.scratch = scratch;
    }

    static NativeKey create(Secret secret) {
      MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES);
      byte[] scalar = new byte[BYTES];
      secret.copyTo(scalar, 0);
      MemorySegment.copy(scalar, 0, scratch, ValueLayout.JAVA_BYTE, INPUT_OFFSET, BYTES);
      ConstantTime.wipe(scalar);
      long pkey = LibCryptoKeys.newRawPrivateKey(scratch.address() + INPUT_OFFSET, BYTES);
      scratch.fill((byte) 0);
      if (pkey == LibCrypto.NULL) {
        throw new IllegalStateException("libcrypto took no X25519 private key");
      }
      long ctx = LibCryptoKeys.pkeyCtxNew(pkey);
      if (ctx == LibCrypto.NULL || LibCryptoKeys.deriveInit(ctx) != GOOD) {
        LibCryptoKeys.pkeyCtxFree(ctx); // which takes NULL as well
        LibCryptoKeys.pkeyFree(pkey);
        throw new IllegalStateException("libcrypto cannot agree by X25519");
      }
      return new NativeKey(pkey, ctx, scratch);
    }

    PublicKey publicKey() {
      byte[] bytes = new byte[BYTES];
      scratch.set(ValueLayout.JAVA_LONG, LENGTH_OFFSET, BYTES);
      int good =
          LibCryptoKeys.getRawPublicKey(
              pkey, scratch.address() + OUTPUT_OFFSET, scratch.address() + LENGTH_OFFSET);
      if (good != GOOD) {
        throw new IllegalStateException("libcrypto told no X25519 public key");
      }
      MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, OUTPUT_OFFSET, bytes, 0, BYTES);
      return PublicKey.of(bytes, 0);
    }

    /** Writes the shared secret; false when there is none or it is all zero. */
    boolean derive(PublicKey peer, byte[] out) {
      long address = scratch.address();
      peer.copyTo(peerBytes, 0);
      MemorySegment.copy(peerBytes, 0, scratch, ValueLayout.JAVA_BYTE, INPUT_OFFSET, BYTES);
      long peerKey = LibCryptoKeys.newRawPublicKey(address + INPUT_OFFSET, BYTES);
      if (peerKey == LibCrypto.NULL) {
        return false;
      }
      scratch.set(ValueLayout.JAVA_LONG, LENGTH_OFFSET, BYTES);
      boolean derived =
          LibCryptoKeys.deriveSetPeer(ctx, peerKey) == GOOD
              && LibCryptoKeys.derive(ctx, address + OUTPUT_OFFSET, address + LENGTH_OFFSET)
                  == GOOD;
      LibCryptoKeys.pkeyFree(peerKey);
      MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, OUTPUT_OFFSET, out, 0, BYTES);
      scratch.fill((byte) 0);
      return derived && !ConstantTime.isZero(out, 0, BYTES);
    }

    @Override
    public void run() {
      LibCryptoKeys.pkeyCtxFree(ctx);
      LibCryptoKeys.pkeyFree(pkey);
    }
  }
}
