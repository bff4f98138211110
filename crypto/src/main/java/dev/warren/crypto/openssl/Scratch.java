package dev.warren.crypto.openssl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the libraries want by address with each packet: the nonce, room for a length, and OpenSSL
 * 3's parameters. One per thread, so that a context holds nothing but the key and a thread's
 * packets find this memory in its cache.
 *
 * <p><b>Shape:</b> at 0 room for a length of 8 bytes, at 12 the nonce, which is 4 zero bytes and,
 * at 16, the counter, little-endian. From 24 on five OSSL_PARAMs of 40 bytes each, in native byte
 * order: nonce, tag, end; nonce, end. An OSSL_PARAM is the address of its name (8 bytes), its type
 * (4, and 4 unused), the address of its data (8), its length (8) and the length returned (8).
 *
 * <p><b>Owner:</b> the thread that asked for it.
 *
 * <p><b>Source:</b> OSSL_PARAM(3).
 */
final class Scratch {

  static final int NONCE_BYTES = 12;

  private static final int LENGTH_OFFSET = 0;
  private static final int NONCE_OFFSET = 12;
  private static final int COUNTER_OFFSET = 16;
  private static final int PARAMS_OFFSET = 24;

  private static final int PARAM_BYTES = 40;
  private static final int PARAM_COUNT = 5;
  private static final int PARAM_TYPE_OFFSET = 8;
  private static final int PARAM_DATA_OFFSET = 16;
  private static final int PARAM_LENGTH_OFFSET = 24;
  private static final int OSSL_PARAM_OCTET_STRING = 5;

  private static final int TAG_PARAM_OFFSET = PARAMS_OFFSET + PARAM_BYTES;
  private static final int NONCE_ALONE_PARAM_OFFSET = PARAMS_OFFSET + 3 * PARAM_BYTES;
  private static final int TAG_ADDRESS_OFFSET = TAG_PARAM_OFFSET + PARAM_DATA_OFFSET;

  private static final int TAG_BYTES = 16;

  private static final ValueLayout.OfLong COUNTER =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final MemorySegment memory =
      Arena.ofAuto().allocate(PARAMS_OFFSET + PARAM_COUNT * PARAM_BYTES, Long.BYTES);
  private final long address = memory.address();

  private Scratch() {
    param(PARAMS_OFFSET, ParamNames.NONCE, nonceAddress(), NONCE_BYTES);
    param(TAG_PARAM_OFFSET, ParamNames.TAG, 0, TAG_BYTES);
    param(NONCE_ALONE_PARAM_OFFSET, ParamNames.NONCE, nonceAddress(), NONCE_BYTES);
  }

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  long lengthAddress() {
    return address + LENGTH_OFFSET;
  }

  /** Returns the address of the nonce for this counter. */
  long nonceAddress(long counter) {
    memory.set(COUNTER, COUNTER_OFFSET, counter);
    return nonceAddress();
  }

  /** Returns the address of parameters that set the nonce for this counter. */
  long nonceParams(long counter) {
    memory.set(COUNTER, COUNTER_OFFSET, counter);
    return address + NONCE_ALONE_PARAM_OFFSET;
  }

  /** Returns the address of parameters that set the nonce, and the tag to compare with. */
  long nonceAndTagParams(long counter, long tagAddress) {
    memory.set(COUNTER, COUNTER_OFFSET, counter);
    memory.set(ValueLayout.JAVA_LONG, TAG_ADDRESS_OFFSET, tagAddress);
    return address + PARAMS_OFFSET;
  }

  /** Returns the address of parameters that ask for the tag. */
  long tagParams(long tagAddress) {
    memory.set(ValueLayout.JAVA_LONG, TAG_ADDRESS_OFFSET, tagAddress);
    return address + TAG_PARAM_OFFSET;
  }

  private long nonceAddress() {
    return address + NONCE_OFFSET;
  }

  private void param(int offset, MemorySegment name, long dataAddress, long byteCount) {
    memory.set(ValueLayout.JAVA_LONG, offset, name.address());
    memory.set(ValueLayout.JAVA_INT, offset + PARAM_TYPE_OFFSET, OSSL_PARAM_OCTET_STRING);
    memory.set(ValueLayout.JAVA_LONG, offset + PARAM_DATA_OFFSET, dataAddress);
    memory.set(ValueLayout.JAVA_LONG, offset + PARAM_LENGTH_OFFSET, byteCount);
  }

  /** Names that every thread's parameters point to. */
  private static final class ParamNames {

    /** OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED. */
    static final MemorySegment NONCE = Arena.global().allocateFrom("tlsivfixed");

    /** OSSL_CIPHER_PARAM_AEAD_TAG. */
    static final MemorySegment TAG = Arena.global().allocateFrom("tag");
  }
}
