package dev.warren.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ThinningTest {
  @Test
  void kinds() {
    assertEquals(Thinning.TRANSPORT_DATA, kind(4, 1400, -1));
    assertEquals(Thinning.TRANSPORT_DATA, kind(4, 4, -1), "malformed, but none of ours to say");
    assertEquals(Thinning.RESPONSE, kind(2, 92, -1));
    assertEquals(Thinning.OTHER, kind(3, 64, -1));
    assertEquals(Thinning.OTHER, kind(0, 1000, -1));
    assertEquals(Thinning.OTHER, kind(4, 3, -1));
    assertEquals(Thinning.OTHER, kind(0, 0, -1));
    assertEquals(Thinning.OTHER, kind(4, 32, 3), "a reserved byte is set");
    assertEquals(Thinning.INITIATION, kind(1, 148, -1));
    assertEquals(Thinning.INITIATION, kind(1, 148, 131));
    assertEquals(Thinning.OTHER, kind(1, 147, -1));
    for (int i = 132; i < 148; i++) {
      assertEquals(Thinning.INITIATION_WITH_COOKIE, kind(1, 148, i));
    }
  }

  private static int kind(int type, int length, int setByte) {
    byte[] memory = new byte[5 + length + 16];
    memory[5] = (byte) type;
    if (setByte >= 0) {
      memory[5 + setByte] = 1;
    }
    return Thinning.kind(MemorySegment.ofArray(memory), 5, length);
  }

  @Test
  void shares() {
    assertTrue(Thinning.NONE.isNone());
    Thinning some = new Thinning(1, 0.5, 1, 1);
    assertFalse(some.isNone());
    assertEquals(0.5, some.share(Thinning.INITIATION_WITH_COOKIE));
    assertThrows(IllegalArgumentException.class, () -> new Thinning(1, 1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Thinning(1, 1, 1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Thinning(1, 1, 1, 1.01));
    assertThrows(IllegalArgumentException.class, () -> new Thinning(1));
  }
}
