package dev.warren.crypto.openssl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.Aead;
import dev.warren.crypto.CryptoEngine;
import dev.warren.crypto.Engines;
import dev.warren.crypto.Traces;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the tests of every engine cannot see from outside. */
final class NativeAeadTest {

  @ParameterizedTest
  @MethodSource(Engines.NATIVE)
  void firstPacketMakesTheContextAndWipesTheArray(CryptoEngine engine)
      throws ReflectiveOperationException {
    NativeAead aead = create(engine);
    byte[] idleKey = (byte[]) Traces.field(aead, "idleKey");
    assertNull(aead.context());
    try (Arena arena = Arena.ofConfined()) {
      assertTrue(aead.seal(0, arena.allocate(100), 0, 80));
    }
    assertNotNull(aead.context());
    assertArrayEquals(new byte[Aead.KEY_BYTES], idleKey);
    aead.close();
    assertNull(aead.context());
  }

  @ParameterizedTest
  @MethodSource(Engines.NATIVE)
  void closingWipesAnIdleKey(CryptoEngine engine) throws ReflectiveOperationException {
    NativeAead aead = create(engine);
    byte[] idleKey = (byte[]) Traces.field(aead, "idleKey");
    aead.close();
    assertArrayEquals(new byte[Aead.KEY_BYTES], idleKey);
    assertNull(aead.context());
  }

  /** An address of the heap or of what the segment forbids must never reach the library. */
  @ParameterizedTest
  @MethodSource(Engines.NATIVE)
  void takesWritableNativeMemoryOnly(CryptoEngine engine) {
    try (NativeAead aead = create(engine);
        Arena arena = Arena.ofConfined()) {
      MemorySegment heap = MemorySegment.ofArray(new byte[100]);
      MemorySegment readOnly = arena.allocate(100).asReadOnly();
      assertThrows(IllegalArgumentException.class, () -> aead.seal(0, heap, 0, 50));
      assertThrows(IllegalArgumentException.class, () -> aead.open(0, heap, 0, 50));
      assertThrows(IllegalArgumentException.class, () -> aead.seal(0, readOnly, 0, 50));
      assertThrows(IllegalArgumentException.class, () -> aead.open(0, readOnly, 0, 50));
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.NATIVE)
  void touchesNoMemoryThatIsGone(CryptoEngine engine) {
    MemorySegment gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = arena.allocate(100);
    }
    try (NativeAead aead = create(engine)) {
      assertThrows(IllegalStateException.class, () -> aead.seal(0, gone, 0, 50));
      assertThrows(IllegalStateException.class, () -> aead.open(0, gone, 0, 50));
    }
  }

  /** Should a version of OpenSSL 3 leave the fast way, this is where we learn of it. */
  @Test
  void openssl3WorksByParameters() {
    CryptoEngine openssl = Engines.openssl();
    try (NativeAead aead = create(openssl);
        Arena arena = Arena.ofConfined()) {
      assertTrue(aead.seal(0, arena.allocate(100), 0, 80));
      if (LibCrypto.takesParams()) {
        assertInstanceOf(EvpParamAead.class, aead.context());
      } else {
        assertInstanceOf(EvpAead.class, aead.context());
      }
    }
    assertEquals("openssl", openssl.aead().name());
  }

  private static NativeAead create(CryptoEngine engine) {
    byte[] key = new byte[Aead.KEY_BYTES];
    Arrays.fill(key, (byte) 5);
    return (NativeAead) engine.aead().create(key, 0);
  }
}
