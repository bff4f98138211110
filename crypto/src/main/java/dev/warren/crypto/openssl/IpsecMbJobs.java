package dev.warren.crypto.openssl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/**
 * One thread's manager of libIPSec_MB, and the job it works off at once: the library queues jobs of
 * other ciphers to do several side by side, but does one of ChaCha20-Poly1305 while it is handed
 * in.
 *
 * <p><b>Shape:</b> behind the manager lie the nonce, 4 zero bytes and the counter, little-endian,
 * 12 bytes in all, and at 16 the 16-byte tag that opening came to. A job (IMB_JOB) lies in the
 * manager; its fields stand at the offsets below, in native byte order.
 *
 * <p><b>Owner:</b> the thread that asked for it.
 *
 * <p><b>Source:</b> intel-ipsec-mb.h, IMB_MGR and IMB_JOB.
 */
final class IpsecMbJobs {

  // In the manager.
  private static final int FEATURES_OFFSET = 8;
  private static final int GET_NEXT_JOB_OFFSET = 64;
  private static final int SUBMIT_JOB_NOCHECK_OFFSET = 80;

  // In a job.
  private static final int ENC_KEYS = 0;
  private static final int DEC_KEYS = 8;
  private static final int KEY_LEN = 16;
  private static final int SRC = 24;
  private static final int DST = 32;
  private static final int CIPHER_START = 40;
  private static final int CIPHER_LEN = 48;
  private static final int HASH_START = 56;
  private static final int HASH_LEN = 64;
  private static final int IV = 72;
  private static final int IV_LEN = 80;
  private static final int TAG = 88;
  private static final int TAG_LEN = 96;
  private static final int AAD = 104;
  private static final int AAD_LEN = 112;
  private static final int STATUS = 128;
  private static final int CIPHER_MODE = 132;
  private static final int CIPHER_DIRECTION = 136;
  private static final int HASH_ALG = 140;
  private static final int CHAIN_ORDER = 144;
  private static final int SGL_STATE = 184;

  private static final int CIPHER_CHACHA20_POLY1305 = 19;
  private static final int AUTH_CHACHA20_POLY1305 = 29;
  private static final int DIR_ENCRYPT = 1;
  private static final int DIR_DECRYPT = 2;
  private static final int ORDER_CIPHER_HASH = 1;
  private static final int ORDER_HASH_CIPHER = 2;
  private static final int STATUS_COMPLETED = 3;

  private static final long FEATURE_AVX512_IFMA = 1 << 17;

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int ALIGNMENT = 64;

  // Behind the manager.
  private static final int COUNTER_OFFSET = 4;
  private static final int TAG_OFFSET = 16;
  private static final int EXTRA_BYTES = 32;

  private static final ValueLayout.OfLong COUNTER =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ThreadLocal<IpsecMbJobs> OF_THREAD =
      ThreadLocal.withInitial(IpsecMbJobs::new);

  private final MemorySegment memory;
  private final long manager;
  private final long extra; // offset in memory

  private IpsecMbJobs() {
    extra = (LibIpsecMb.managerBytes() + ALIGNMENT - 1) & -ALIGNMENT;
    memory = Arena.ofAuto().allocate(extra + EXTRA_BYTES, ALIGNMENT);
    manager = memory.address();
    LibIpsecMb.init(manager);
  }

  static IpsecMbJobs ofThread() {
    return OF_THREAD.get();
  }

  /** Whether the library found the instructions that make it worth its while here. */
  boolean hasWideVectors() {
    return (memory.get(JAVA_LONG, FEATURES_OFFSET) & FEATURE_AVX512_IFMA) != 0;
  }

  /** Seals {@code [address, address+length)} in place and writes the tag behind it. */
  boolean seal(long key, long counter, long address, int length) {
    return run(key, counter, address, length, true, address + length);
  }

  /** Opens {@code length} bytes and the tag behind them in place; false when forged. */
  boolean open(long key, long counter, long address, int length) {
    return run(key, counter, address, length, false, manager + extra + TAG_OFFSET)
        && isTag(address + length);
  }

  /** Takes the same time wherever they differ. */
  private boolean isTag(long address) {
    long here = extra + TAG_OFFSET;
    long first = memory.get(JAVA_LONG, here) ^ LibIpsecMb.longAt(address);
    long second = memory.get(JAVA_LONG, here + 8) ^ LibIpsecMb.longAt(address + 8);
    return (first | second) == 0;
  }

  private boolean run(
      long key, long counter, long address, int length, boolean seals, long tagAddress) {
    memory.set(COUNTER, extra + COUNTER_OFFSET, counter);
    long job = Functions.getNextJob(manager);
    long at = job - manager;
    memory.set(JAVA_LONG, at + ENC_KEYS, key);
    memory.set(JAVA_LONG, at + DEC_KEYS, key);
    memory.set(JAVA_LONG, at + KEY_LEN, KEY_BYTES);
    memory.set(JAVA_LONG, at + SRC, address);
    memory.set(JAVA_LONG, at + DST, address);
    memory.set(JAVA_LONG, at + CIPHER_START, 0);
    memory.set(JAVA_LONG, at + CIPHER_LEN, length);
    memory.set(JAVA_LONG, at + HASH_START, 0);
    memory.set(JAVA_LONG, at + HASH_LEN, length);
    memory.set(JAVA_LONG, at + IV, manager + extra);
    memory.set(JAVA_LONG, at + IV_LEN, NONCE_BYTES);
    memory.set(JAVA_LONG, at + TAG, tagAddress);
    memory.set(JAVA_LONG, at + TAG_LEN, TAG_BYTES);
    memory.set(JAVA_LONG, at + AAD, LibIpsecMb.NULL);
    memory.set(JAVA_LONG, at + AAD_LEN, 0);
    memory.set(JAVA_INT, at + STATUS, 0);
    memory.set(JAVA_INT, at + CIPHER_MODE, CIPHER_CHACHA20_POLY1305);
    memory.set(JAVA_INT, at + CIPHER_DIRECTION, seals ? DIR_ENCRYPT : DIR_DECRYPT);
    memory.set(JAVA_INT, at + HASH_ALG, AUTH_CHACHA20_POLY1305);
    memory.set(JAVA_INT, at + CHAIN_ORDER, seals ? ORDER_CIPHER_HASH : ORDER_HASH_CIPHER);
    memory.set(JAVA_INT, at + SGL_STATE, 0);
    return Functions.submitJob(manager) == job
        && memory.get(JAVA_INT, at + STATUS) == STATUS_COMPLETED;
  }

  /** The manager's functions, which are the same in every manager of the process. */
  private static final class Functions {

    private static final MethodHandle GET_NEXT_JOB = of(GET_NEXT_JOB_OFFSET);
    private static final MethodHandle SUBMIT_JOB = of(SUBMIT_JOB_NOCHECK_OFFSET);

    private static MethodHandle of(int offset) {
      return LibIpsecMb.managerFunction(ofThread().memory.get(JAVA_LONG, offset));
    }

    static long getNextJob(long manager) {
      try {
        return (long) GET_NEXT_JOB.invokeExact(manager);
      } catch (Throwable e) {
        throw Library.impossible(e);
      }
    }

    static long submitJob(long manager) {
      try {
        return (long) SUBMIT_JOB.invokeExact(manager);
      } catch (Throwable e) {
        throw Library.impossible(e);
      }
    }
  }
}
