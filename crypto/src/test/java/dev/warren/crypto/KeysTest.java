package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** {@link PublicKey}, {@link Secret} and {@link RandomSource}. */
final class KeysTest {

  private static final byte[] BYTES = Bytes.counting(0xf0, 32);
  private static final String BASE64 = Base64.getEncoder().encodeToString(BYTES);

  @Test
  void publicKeyKeepsItsBytes() {
    byte[] around = new byte[40];
    System.arraycopy(BYTES, 0, around, 5, 32);
    PublicKey key = PublicKey.of(around, 5);
    Arrays.fill(around, (byte) 1);
    assertArrayEquals(BYTES, key.bytes());
    key.copyTo(around, 3);
    assertArrayEquals(BYTES, Arrays.copyOfRange(around, 3, 35));
    assertEquals(1, around[2]);
    assertEquals(1, around[35]);
    assertEquals(BASE64, key.toString());
    assertEquals(Bytes.hex(BYTES), key.toHex());
    assertEquals(key, PublicKey.parseBase64(BASE64));
    assertEquals(key, PublicKey.parseHex(Bytes.hex(BYTES)));
    assertNull(PublicKey.parseBase64("nonsense"));
    assertNull(PublicKey.parseHex("nonsense"));
    assertThrows(IndexOutOfBoundsException.class, () -> PublicKey.of(BYTES, 1));
  }

  @Test
  void publicKeysAreEqualByTheirBytes() {
    PublicKey key = PublicKey.of(BYTES, 0);
    assertEquals(key, PublicKey.of(BYTES.clone(), 0));
    assertEquals(key.hashCode(), PublicKey.of(BYTES.clone(), 0).hashCode());
    for (int bit = 0; bit < 256; bit++) {
      byte[] other = BYTES.clone();
      other[bit / 8] ^= (byte) (1 << (bit % 8));
      assertNotEquals(key, PublicKey.of(other, 0), "bit " + bit);
    }
    assertFalse(key.isZero());
    assertTrue(PublicKey.of(new byte[32], 0).isZero());
  }

  @Test
  void secretKeepsItsBytesUntilWiped() {
    byte[] source = BYTES.clone();
    Secret secret = Secret.of(source, 0);
    Arrays.fill(source, (byte) 0);
    byte[] out = new byte[34];
    secret.copyTo(out, 2);
    assertArrayEquals(BYTES, Arrays.copyOfRange(out, 2, 34));
    assertEquals(BASE64, secret.revealBase64());
    assertEquals(Bytes.hex(BYTES), secret.revealHex());
    assertFalse(secret.isZero());

    secret.close();
    assertTrue(secret.isZero());
    secret.close();
    secret.copyTo(out, 0);
    assertArrayEquals(new byte[32], Arrays.copyOf(out, 32));
  }

  @Test
  void secretIsReadFromText() {
    try (Secret expected = Secret.of(BYTES, 0);
        Secret fromBase64 = Secret.parseBase64(BASE64);
        Secret fromHex = Secret.parseHex(Bytes.hex(BYTES))) {
      assertNotNull(fromBase64);
      assertNotNull(fromHex);
      assertTrue(expected.equalTo(fromBase64));
      assertTrue(expected.equalTo(fromHex));
    }
    assertNull(Secret.parseBase64(BASE64 + "="));
    assertNull(Secret.parseHex(BASE64));
  }

  @Test
  void secretsAreEqualByTheirBytes() {
    try (Secret secret = Secret.of(BYTES, 0)) {
      for (int bit = 0; bit < 256; bit++) {
        byte[] other = BYTES.clone();
        other[bit / 8] ^= (byte) (1 << (bit % 8));
        try (Secret otherSecret = Secret.of(other, 0)) {
          assertFalse(secret.equalTo(otherSecret), "bit " + bit);
        }
      }
    }
  }

  @Test
  void secretNeverShowsItselfByChance() {
    try (Secret secret = Secret.of(BYTES, 0)) {
      assertEquals("Secret[hidden]", secret.toString());
    }
  }

  @Test
  void generatedSecretsComeFromTheSource() {
    byte[] expected = new byte[32];
    Bytes.seeded(1).fill(expected, 0, 32);
    try (Secret secret = Secret.generate(Bytes.seeded(1))) {
      assertEquals(Bytes.hex(expected), secret.revealHex());
    }
  }

  @Test
  void secureSourceFillsTheRangeAsked() {
    RandomSource random = RandomSource.secure();
    byte[] bytes = new byte[100];
    random.fill(bytes, 10, 64);
    assertTrue(ConstantTime.isZero(bytes, 0, 10));
    assertTrue(ConstantTime.isZero(bytes, 74, 26));
    assertFalse(ConstantTime.isZero(bytes, 10, 32)); // wrong once in 2^256 runs
    assertFalse(ConstantTime.isZero(bytes, 42, 32));
    byte[] whole = new byte[32];
    random.fill(whole, 0, 32);
    assertFalse(ConstantTime.isZero(whole, 0, 32));
    int bits = 0;
    for (int i = 0; i < 64; i++) {
      bits |= random.nextInt();
    }
    assertEquals(-1, bits); // wrong once in 2^59 runs
  }
}
