package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KdfTest {

  private final Random random = new Random(5869);

  @Test
  void hmacAgreesWithBouncyCastle() {
    for (int length = 0; length <= 200; length++) {
      byte[] key = Bytes.random(random, 32);
      byte[] message = Bytes.random(random, length);
      byte[] out = new byte[32];
      Kdf.hmac(key, message, out);
      assertArrayEquals(BouncyCastle.hmac(key, message), out, "length " + length);
    }
  }

  @Test
  void derivesWhatHkdfExpandsTo() {
    for (int length = 0; length <= 64; length++) {
      byte[] key = Bytes.random(random, 32);
      byte[] input = Bytes.random(random, length);
      byte[] expected = BouncyCastle.hkdf(key, input, 96);
      byte[] t1 = new byte[32];
      byte[] t2 = new byte[32];
      byte[] t3 = new byte[32];
      Kdf.kdf3(key, input, t1, t2, t3);
      assertArrayEquals(Arrays.copyOfRange(expected, 0, 32), t1);
      assertArrayEquals(Arrays.copyOfRange(expected, 32, 64), t2);
      assertArrayEquals(Arrays.copyOfRange(expected, 64, 96), t3);
      byte[] u1 = new byte[32];
      byte[] u2 = new byte[32];
      Kdf.kdf2(key, input, u1, u2);
      assertArrayEquals(t1, u1);
      assertArrayEquals(t2, u2);
      byte[] v1 = new byte[32];
      Kdf.kdf1(key, input, v1);
      assertArrayEquals(t1, v1);
    }
  }

  @Test
  void outputsMayReplaceKeyAndInput() {
    byte[] key = Bytes.random(random, 32);
    byte[] input = Bytes.random(random, 32);
    byte[] expected = BouncyCastle.hkdf(key, input, 96);
    byte[] t3 = new byte[32];
    Kdf.kdf3(key, input, key, input, t3);
    assertArrayEquals(Arrays.copyOfRange(expected, 0, 32), key);
    assertArrayEquals(Arrays.copyOfRange(expected, 32, 64), input);
    assertArrayEquals(Arrays.copyOfRange(expected, 64, 96), t3);
  }
}
