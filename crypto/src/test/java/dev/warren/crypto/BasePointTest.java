package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BasePointTest {

  /** RFC 7748 §6.1. */
  @Test
  void vectors() {
    assertArrayEquals(
        Bytes.hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
        BasePoint.publicKey(
            Bytes.hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")));
    assertArrayEquals(
        Bytes.hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
        BasePoint.publicKey(
            Bytes.hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")));
  }

  @Test
  void agreesWithTheJdk() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] scalar = new byte[Secret.BYTES];
      switch (i) {
        case 0 -> Arrays.fill(scalar, (byte) 0);
        case 1 -> Arrays.fill(scalar, (byte) 0xff);
        default -> random.nextBytes(scalar);
      }
      byte[] before = scalar.clone();
      try (Secret secret = Secret.of(scalar, 0);
          PrivateKey key = new JdkX25519().importPrivate(secret)) {
        assertEquals(key.publicKey(), PublicKey.of(BasePoint.publicKey(scalar), 0), "seed " + seed);
        assertEquals(i == 0 ? null : key.publicKey(), BasePoint.publicKey(secret), "seed " + seed);
      }
      assertArrayEquals(before, scalar);
    }
  }

  @Test
  void noKeyHasNone() {
    assertNull(BasePoint.publicKey((Secret) null));
  }
}
