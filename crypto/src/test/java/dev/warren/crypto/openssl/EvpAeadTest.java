package dev.warren.crypto.openssl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.Aead;
import dev.warren.crypto.Engines;
import dev.warren.crypto.Traces;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the tests of every engine cannot see from outside. */
final class EvpAeadTest {

  @Test
  void firstPacketMakesTheContextAndWipesTheArray() throws ReflectiveOperationException {
    EvpAead aead = create();
    byte[] idleKey = (byte[]) Traces.field(aead, "idleKey");
    assertFalse(aead.hasContext());
    try (Arena arena = Arena.ofConfined()) {
      assertTrue(aead.seal(0, arena.allocate(100), 0, 80));
    }
    assertTrue(aead.hasContext());
    assertArrayEquals(new byte[Aead.KEY_BYTES], idleKey);
    aead.close();
    assertFalse(aead.hasContext());
  }

  @Test
  void closingWipesAnIdleKey() throws ReflectiveOperationException {
    EvpAead aead = create();
    byte[] idleKey = (byte[]) Traces.field(aead, "idleKey");
    aead.close();
    assertArrayEquals(new byte[Aead.KEY_BYTES], idleKey);
    assertFalse(aead.hasContext());
  }

  /** An address of the heap or of what the segment forbids must never reach the library. */
  @Test
  void takesWritableNativeMemoryOnly() {
    try (EvpAead aead = create();
        Arena arena = Arena.ofConfined()) {
      MemorySegment heap = MemorySegment.ofArray(new byte[100]);
      MemorySegment readOnly = arena.allocate(100).asReadOnly();
      assertThrows(IllegalArgumentException.class, () -> aead.seal(0, heap, 0, 50));
      assertThrows(IllegalArgumentException.class, () -> aead.open(0, heap, 0, 50));
      assertThrows(IllegalArgumentException.class, () -> aead.seal(0, readOnly, 0, 50));
      assertThrows(IllegalArgumentException.class, () -> aead.open(0, readOnly, 0, 50));
    }
  }

  @Test
  void touchesNoMemoryThatIsGone() {
    MemorySegment gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = arena.allocate(100);
    }
    try (EvpAead aead = create()) {
      assertThrows(IllegalStateException.class, () -> aead.seal(0, gone, 0, 50));
      assertThrows(IllegalStateException.class, () -> aead.open(0, gone, 0, 50));
    }
  }

  private static EvpAead create() {
    byte[] key = new byte[Aead.KEY_BYTES];
    Arrays.fill(key, (byte) 5);
    return (EvpAead) Engines.openssl().aead().create(key, 0);
  }
}
