package dev.warren.crypto.openssl;

import dev.warren.crypto.Aead;
import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.ConstantTime;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An AEAD whose key lies in a library's context: what is the same for every library.
 *
 * <p>The context is made by the first packet. Until then a key is 32 bytes in an array, so keypairs
 * that never carry anything cost no native memory; from then on the key is in the context alone.
 *
 * <p><b>Owner:</b> as {@link Aead} says; the first packet and the end take a lock, so that threads
 * that share one meet a whole context or none. A context that was forgotten is freed by the
 * cleaner's thread, once nobody can use it any more.
 *
 * <p><b>Errors:</b> false, as {@link Aead} says. Memory in the heap has no address to pass on,
 * which is our own bug and throws.
 */
final class NativeAead implements Aead {

  /**
   * A key in native memory. It knows nothing of the AEAD around it, else the cleaner could never
   * run; {@link #run} frees it and wipes the key.
   *
   * <p>Its fields are final, or used by one thread only: the AEAD hands it on without a lock.
   */
  interface Context extends Runnable {

    /** Seals {@code [address, address+length)} in place and writes the tag behind it. */
    boolean seal(long counter, long address, int length);

    /** Opens {@code plainLength} bytes and the tag behind them in place. */
    boolean open(long counter, long address, int plainLength);
  }

  /** Makes contexts of one library. */
  interface Contexts {

    /** Returns a context with a copy of the key, or null when there is no memory for it. */
    @Nullable Context create(byte[] key);
  }

  private final Engine engine;
  private byte @Nullable [] idleKey;
  private @Nullable Context context;
  private Cleaner.@Nullable Cleanable contextFree;

  private NativeAead(Engine engine, byte[] key, int offset) {
    this.engine = engine;
    Objects.checkFromIndexSize(offset, KEY_BYTES, key.length);
    byte[] copy = new byte[KEY_BYTES];
    System.arraycopy(key, offset, copy, 0, KEY_BYTES);
    idleKey = copy;
  }

  /** One library's way to make these. */
  record Engine(String name, boolean isShareable, Contexts contexts, Cleaner cleaner)
      implements AeadEngine {

    @Override
    public Aead create(byte[] key, int offset) {
      return new NativeAead(this, key, offset);
    }
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
  public synchronized void close() {
    forgetIdleKey();
    context = null;
    Cleaner.Cleanable free = contextFree;
    if (free != null) {
      free.clean(); // at most once, whoever comes first
    }
  }

  /** The context, null before the first packet and after closing; for tests. */
  @Nullable Context context() {
    return context;
  }

  private @Nullable Context contextOrFirst() {
    Context made = context;
    return made != null ? made : firstContext();
  }

  private synchronized @Nullable Context firstContext() {
    byte[] key = idleKey;
    if (key == null) {
      return context; // closed, or another thread was first
    }
    Context made = engine.contexts().create(key);
    if (made == null) {
      return null; // out of memory; the key stays for a later try
    }
    context = made;
    contextFree = engine.cleaner().register(this, made);
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
}
