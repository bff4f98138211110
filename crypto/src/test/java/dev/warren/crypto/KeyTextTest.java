package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyTextTest {

  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private final Random random = new Random(4648);

  @Test
  void writesAndReadsWhatTheJdkDoes() {
    for (int i = 0; i < 1000; i++) {
      byte[] key = Bytes.random(random, 32);
      String base64 = Base64.getEncoder().encodeToString(key);
      assertEquals(base64, KeyText.toBase64(key));
      assertArrayEquals(key, KeyText.parseBase64(base64));
      assertEquals(Bytes.hex(key), KeyText.toHex(key));
      assertArrayEquals(key, KeyText.parseHex(Bytes.hex(key)));
      assertArrayEquals(key, KeyText.parseHex(Bytes.hex(key).toUpperCase(java.util.Locale.ROOT)));
    }
  }

  /** Every character there is, at a place in the middle. */
  @Test
  void takesDigitsOnly() {
    String base64 = KeyText.toBase64(new byte[32]);
    String hex = KeyText.toHex(new byte[32]);
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      boolean base64Digit = DIGITS.indexOf(c) >= 0;
      String text = base64.substring(0, 20) + (char) c + base64.substring(21);
      assertEquals(base64Digit, KeyText.parseBase64(text) != null, "base64 with " + c);
      boolean hexDigit = "0123456789abcdefABCDEF".indexOf(c) >= 0;
      text = hex.substring(0, 20) + (char) c + hex.substring(21);
      assertEquals(hexDigit, KeyText.parseHex(text) != null, "hex with " + c);
    }
  }

  /** The last digit's two spare bits make three of four texts of a key a second one. */
  @Test
  void takesOneTextPerKeyOnly() {
    String start = KeyText.toBase64(Bytes.counting(1, 32)).substring(0, 42);
    for (int value = 0; value < 64; value++) {
      String text = start + DIGITS.charAt(value) + "=";
      byte[] key = KeyText.parseBase64(text);
      assertEquals(value % 4 == 0, key != null, text);
      if (key != null) {
        assertEquals(text, KeyText.toBase64(key));
      }
    }
  }

  @Test
  void takesTheRightLengthOnly() {
    String base64 = KeyText.toBase64(new byte[32]);
    assertNull(KeyText.parseBase64(""));
    assertNull(KeyText.parseBase64(base64.substring(1)));
    assertNull(KeyText.parseBase64(base64 + "="));
    assertNull(KeyText.parseBase64(base64.replace('=', 'A')));
    assertNull(KeyText.parseBase64(base64.substring(0, 42) + "=="));
    assertNull(KeyText.parseBase64(" " + base64.substring(1)));
    String hex = KeyText.toHex(new byte[32]);
    assertNull(KeyText.parseHex(""));
    assertNull(KeyText.parseHex(hex.substring(1)));
    assertNull(KeyText.parseHex(hex + "0"));
  }
}
