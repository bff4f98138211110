package dev.warren.crypto.openssl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * ChaCha20-Poly1305 by libIPSec_MB, which keeps no context: a key is 32 bytes of memory, and all
 * else lies in the calling thread's {@link IpsecMbJobs}.
 *
 * <p><b>Owner:</b> any number of threads at once: the key is only read.
 */
final class IpsecMbAead implements NativeAead.Context {

  private final MemorySegment key;

  private IpsecMbAead(MemorySegment key) {
    this.key = key;
  }

  static IpsecMbAead create(byte[] key) {
    return new IpsecMbAead(Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, key));
  }

  @Override
  public boolean seal(long counter, long address, int length) {
    return IpsecMbJobs.ofThread().seal(key.address(), counter, address, length);
  }

  @Override
  public boolean open(long counter, long address, int plainLength) {
    return IpsecMbJobs.ofThread().open(key.address(), counter, address, plainLength);
  }

  /** Wipes the key; its memory goes when nobody holds this any more. */
  @Override
  public void run() {
    key.fill((byte) 0);
  }
}
