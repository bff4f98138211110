package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ConstantTimeTest {

  @Test
  void seesEveryDifferingBit() {
    byte[] a = Bytes.counting(3, 16);
    for (int bit = 0; bit < 128; bit++) {
      byte[] b = a.clone();
      b[bit / 8] ^= (byte) (1 << (bit % 8));
      assertFalse(ConstantTime.equal(a, b), "bit " + bit);
    }
    assertTrue(ConstantTime.equal(a, a.clone()));
    assertFalse(ConstantTime.equal(a, new byte[15]));
  }

  @Test
  void comparesRangesOnly() {
    byte[] a = Bytes.counting(0, 10);
    byte[] b = Bytes.counting(2, 10);
    assertTrue(ConstantTime.equal(a, 2, b, 0, 8));
    assertFalse(ConstantTime.equal(a, 1, b, 0, 8));
    assertThrows(IndexOutOfBoundsException.class, () -> ConstantTime.equal(a, 3, b, 0, 8));
  }

  @Test
  void seesEverySetBit() {
    byte[] bytes = new byte[40];
    assertTrue(ConstantTime.isZero(bytes, 0, 40));
    for (int bit = 0; bit < 320; bit++) {
      bytes[bit / 8] = (byte) (1 << (bit % 8));
      assertFalse(ConstantTime.isZero(bytes, 0, 40), "bit " + bit);
      bytes[bit / 8] = 0;
    }
    bytes[0] = 1;
    assertTrue(ConstantTime.isZero(bytes, 1, 39));
  }

  @Test
  void wipesAll() {
    byte[] a = Bytes.counting(1, 5);
    byte[] b = Bytes.counting(9, 3);
    ConstantTime.wipe(a, b);
    assertArrayEquals(new byte[5], a);
    assertArrayEquals(new byte[3], b);
  }
}
