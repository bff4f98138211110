package dev.warren.crypto.openssl;

import dev.warren.crypto.Aead;
import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.ConstantTime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 in an EVP_CIPHER_CTX that keeps the key; each packet sets the nonce anew.
 *
 * <p>The context is made by the first packet. Until then a key is 32 bytes in an array, so keypairs
 * that never carry anything cost no native memory; from then on the key is in the context alone.
 *
 * <p><b>Shape:</b> scratch memory holds what EVP wants by address: at 0 an int for lengths, at 4
 * the nonce, which is 4 zero bytes and, at 8, the counter.
 *
 * <p><b>Owner:</b> one thread at a time. A context that was forgotten is freed by the cleaner's
 * thread, once nobody can use it any more.
 *
 * <p><b>Errors:</b> false, as {@link Aead} says. Memory in the heap has no address to pass on,
 * which is our own bug and throws.
 */
final class EvpAead implements Aead {

  private static final int SCRATCH_BYTES = 16;
  private static final int LENGTH_OFFSET = 0;
  private static final int NONCE_OFFSET = 4;
  private static final int COUNTER_OFFSET = 8;

  private static final int GOOD = 1;

  private static final ValueLayout.OfLong COUNTER =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Cleaner cleaner;
  private byte @Nullable [] idleKey;
  private @Nullable Context context;
  private Cleaner.@Nullable Cleanable contextFree;

  private EvpAead(Cleaner cleaner, byte[] key, int offset) {
    this.cleaner = cleaner;
    Objects.checkFromIndexSize(offset, KEY_BYTES, key.length);
    byte[] copy = new byte[KEY_BYTES];
    System.arraycopy(key, offset, copy, 0, KEY_BYTES);
    idleKey = copy;
  }

  /** Returns the engine that makes these. */
  static AeadEngine engine(Cleaner cleaner) {
    return new AeadEngine() {
      @Override
      public String name() {
        return "openssl";
      }

      @Override
      public Aead create(byte[] key, int offset) {
        return new EvpAead(cleaner, key, offset);
      }
    };
  }

  @Override
  public boolean seal(long counter, MemorySegment memory, long offset, int length) {
    Objects.checkFromIndexSize(offset, (long) length, memory.byteSize());
    long address = address(memory, offset, (long) length + TAG_BYTES);
    Context context = contextOrFirst();
    try {
      return context != null && context.seal(counter, address, length);
    } finally {
      Reference.reachabilityFence(memory);
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public boolean open(long counter, MemorySegment memory, long offset, int length) {
    if (length < TAG_BYTES) {
      return false;
    }
    long address = address(memory, offset, length);
    Context context = contextOrFirst();
    try {
      return context != null && context.open(counter, address, length - TAG_BYTES);
    } finally {
      Reference.reachabilityFence(memory);
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void close() {
    forgetIdleKey();
    context = null;
    Cleaner.Cleanable free = contextFree;
    if (free != null) {
      free.clean(); // at most once, whoever comes first
    }
  }

  /** Whether a context exists, for the test of laziness. */
  boolean hasContext() {
    return context != null;
  }

  private @Nullable Context contextOrFirst() {
    Context made = context;
    return made != null ? made : firstContext();
  }

  private @Nullable Context firstContext() {
    byte[] key = idleKey;
    if (key == null) {
      return null; // closed
    }
    Context made = Context.create(key);
    if (made == null) {
      return null; // out of memory; the key stays for a later try
    }
    context = made;
    contextFree = cleaner.register(this, made);
    forgetIdleKey();
    return made;
  }

  private void forgetIdleKey() {
    byte[] key = idleKey;
    idleKey = null;
    if (key != null) {
      ConstantTime.wipe(key);
    }
  }

  /**
   * Returns the address of a range, having made sure that it may be written to.
   *
   * <p>An address says nothing of bounds, liveness and threads, so a look at either end has the
   * segment check them all.
   */
  private static long address(MemorySegment memory, long offset, long byteCount) {
    if (!memory.isNative() || memory.isReadOnly()) {
      throw new IllegalArgumentException("not writable native memory: " + memory);
    }
    memory.get(ValueLayout.JAVA_BYTE, offset);
    memory.get(ValueLayout.JAVA_BYTE, offset + byteCount - 1);
    return memory.address() + offset;
  }

  /** The native half. It knows nothing of the AEAD, else the cleaner could never run. */
  private static final class Context implements Runnable {

    private final long ctx;
    private final MemorySegment scratch;
    private final long lengthAddress;
    private final long nonceAddress;

    private Context(long ctx, MemorySegment scratch) {
      this.ctx = ctx;
      this.scratch = scratch;
      lengthAddress = scratch.address() + LENGTH_OFFSET;
      nonceAddress = scratch.address() + NONCE_OFFSET;
    }

    static @Nullable Context create(byte[] key) {
      MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES);
      long ctx = LibCrypto.cipherCtxNew();
      if (ctx == LibCrypto.NULL) {
        return null;
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment nativeKey = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
        int good =
            LibCrypto.cipherInitWithKey(
                ctx, LibCrypto.cipherChaCha20Poly1305(), nativeKey.address(), LibCrypto.ENCRYPT);
        nativeKey.fill((byte) 0);
        if (good != GOOD) {
          LibCrypto.cipherCtxFree(ctx);
          return null;
        }
      }
      return new Context(ctx, scratch);
    }

    boolean seal(long counter, long address, int length) {
      long tagAddress = address + length;
      scratch.set(COUNTER, COUNTER_OFFSET, counter);
      return LibCrypto.cipherInit(ctx, nonceAddress, LibCrypto.ENCRYPT) == GOOD
          && crypt(address, length)
          && LibCrypto.cipherFinal(ctx, tagAddress, lengthAddress) == GOOD
          && LibCrypto.cipherCtxCtrl(ctx, LibCrypto.EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, tagAddress)
              == GOOD;
    }

    boolean open(long counter, long address, int plainLength) {
      long tagAddress = address + plainLength;
      scratch.set(COUNTER, COUNTER_OFFSET, counter);
      return LibCrypto.cipherInit(ctx, nonceAddress, LibCrypto.DECRYPT) == GOOD
          && LibCrypto.cipherCtxCtrl(ctx, LibCrypto.EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tagAddress)
              == GOOD
          && crypt(address, plainLength)
          && LibCrypto.cipherFinal(ctx, tagAddress, lengthAddress) == GOOD;
    }

    /** A keepalive has nothing to encrypt, and not every version takes a length of zero. */
    private boolean crypt(long address, int length) {
      return length == 0
          || LibCrypto.cipherUpdate(ctx, address, lengthAddress, address, length) == GOOD;
    }

    @Override
    public void run() {
      LibCrypto.cipherCtxFree(ctx);
    }
  }
}
