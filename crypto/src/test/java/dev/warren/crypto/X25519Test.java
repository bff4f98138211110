package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine's X25519 by the vectors of RFC 7748, and against Bouncy Castle. */
final class X25519Test {

  private static final byte[] BASE_POINT = basePoint();

  /** The points of order 1, 2, 4 and 8, on the curve and on its twist, in every encoding. */
  private static final String[] LOW_ORDER_POINTS = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  };

  /** RFC 7748 §5.2, the first two vectors. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void multipliesAsInTheRfc(CryptoEngine engine) {
    assertEquals(
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        Bytes.hex(
            agree(
                engine,
                Bytes.hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                Bytes.hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))));
    // The top bit of this u is set, and must be ignored.
    assertEquals(
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        Bytes.hex(
            agree(
                engine,
                Bytes.hex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
                Bytes.hex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"))));
  }

  /** RFC 7748 §5.2: the result becomes the scalar, the scalar the point. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void multipliesAThousandTimesAsInTheRfc(CryptoEngine engine) {
    byte[] k = BASE_POINT;
    byte[] u = BASE_POINT;
    for (int i = 1; i <= 1000; i++) {
      byte[] result = agree(engine, k, u);
      u = k;
      k = result;
      if (i == 1) {
        assertEquals(
            "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079", Bytes.hex(k));
      }
    }
    assertEquals("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", Bytes.hex(k));
  }

  /** RFC 7748 §6.1. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void agreesAsInTheRfc(CryptoEngine engine) {
    try (PrivateKey alice =
            privateKey(
                engine,
                Bytes.hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        PrivateKey bob =
            privateKey(
                engine,
                Bytes.hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))) {
      assertEquals(
          "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
          alice.publicKey().toHex());
      assertEquals(
          "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
          bob.publicKey().toHex());
      byte[] out = new byte[32];
      String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
      assertTrue(alice.agree(bob.publicKey(), out));
      assertEquals(shared, Bytes.hex(out));
      Arrays.fill(out, (byte) 0);
      assertTrue(bob.agree(alice.publicKey(), out));
      assertEquals(shared, Bytes.hex(out));
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void agreesWithBouncyCastle(CryptoEngine engine) {
    Random random = new Random(25_519);
    for (int i = 0; i < 100; i++) {
      byte[] scalar = Bytes.random(random, 32);
      byte[] point = Bytes.random(random, 32);
      assertArrayEquals(BouncyCastle.x25519(scalar, point), agree(engine, scalar, point));
      try (PrivateKey key = privateKey(engine, scalar)) {
        assertArrayEquals(BouncyCastle.x25519(scalar, BASE_POINT), key.publicKey().bytes());
      }
    }
  }

  /** u from 2^255-19 on means u modulo 2^255-19 (RFC 7748 §5), and so it is for our peers. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void takesPointsBeyondTheModulus(CryptoEngine engine) {
    byte[] scalar = Bytes.counting(3, 32);
    for (int excess = 2; excess < 19; excess++) {
      byte[] beyond = new byte[32];
      Arrays.fill(beyond, (byte) -1);
      beyond[0] = (byte) (0xed + excess);
      beyond[31] = 127;
      byte[] reduced = new byte[32];
      reduced[0] = (byte) excess;
      byte[] expected = BouncyCastle.x25519(scalar, reduced);
      assertArrayEquals(expected, agree(engine, scalar, beyond), "2^255-19 + " + excess);
      beyond[31] = -1;
      assertArrayEquals(expected, agree(engine, scalar, beyond), "with the top bit set");
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void refusesPointsOfLowOrder(CryptoEngine engine) {
    try (PrivateKey key = engine.x25519().generate(Bytes.seeded(1))) {
      for (String hex : LOW_ORDER_POINTS) {
        for (int topBit = 0; topBit <= 128; topBit += 128) {
          byte[] point = Bytes.hex(hex);
          point[31] |= (byte) topBit;
          byte[] out = Bytes.counting(1, 32);
          assertFalse(key.agree(PublicKey.of(point, 0), out), Bytes.hex(point));
          assertArrayEquals(new byte[32], out, Bytes.hex(point));
        }
      }
      byte[] out = new byte[32];
      assertTrue(key.agree(PublicKey.of(BASE_POINT, 0), out), "still works after refusals");
      assertArrayEquals(key.publicKey().bytes(), out);
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void clampsAndKeepsItsOwnSecret(CryptoEngine engine) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) -1);
    Secret given = Secret.of(bytes, 0);
    try (PrivateKey key = engine.x25519().importPrivate(given)) {
      given.wipe();
      assertEquals("f8" + "ff".repeat(30) + "7f", key.secret().revealHex());
      try (PrivateKey again = engine.x25519().importPrivate(key.secret())) {
        assertEquals(key.publicKey(), again.publicKey());
        assertTrue(key.secret().equalTo(again.secret()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void generatesFromTheSource(CryptoEngine engine) {
    byte[] bytes = new byte[32];
    Bytes.seeded(42).fill(bytes, 0, 32);
    try (PrivateKey key = engine.x25519().generate(Bytes.seeded(42));
        PrivateKey same = privateKey(engine, bytes);
        PrivateKey other = engine.x25519().generate(Bytes.seeded(43))) {
      assertEquals(same.publicKey(), key.publicKey());
      assertFalse(other.publicKey().equals(key.publicKey()));
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void agreesWithNobodyAfterClosing(CryptoEngine engine) {
    PrivateKey key = engine.x25519().generate(Bytes.seeded(1));
    PublicKey publicKey = key.publicKey();
    key.close();
    key.close();
    assertTrue(key.secret().isZero());
    assertEquals(publicKey, key.publicKey());
    byte[] out = Bytes.counting(1, 32);
    assertFalse(key.agree(PublicKey.of(BASE_POINT, 0), out));
    assertArrayEquals(new byte[32], out);
  }

  private static byte[] basePoint() {
    byte[] point = new byte[32];
    point[0] = 9;
    return point;
  }

  private static PrivateKey privateKey(CryptoEngine engine, byte[] scalar) {
    try (Secret secret = Secret.of(scalar, 0)) {
      return engine.x25519().importPrivate(secret);
    }
  }

  private static byte[] agree(CryptoEngine engine, byte[] scalar, byte[] point) {
    byte[] out = new byte[32];
    try (PrivateKey key = privateKey(engine, scalar)) {
      assertTrue(key.agree(PublicKey.of(point, 0), out));
    }
    return out;
  }
}
