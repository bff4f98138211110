package dev.warren.crypto;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A 32-byte key as text: the base64 of {@code wg} and the hex of the UAPI.
 *
 * <p>Programs that only pass keys on use it as it is; all others have {@link PublicKey} and {@link
 * Secret}, which know what may be shown.
 *
 * <p>Private keys pass through here, so neither a table look-up nor a branch depends on a character
 * or a byte; only whether the whole text was good shows in the time.
 *
 * <p><b>Shape:</b> base64 is 43 digits and one {@code =}; the 43rd digit carries 4 bits of the key
 * and two zero bits, and a text whose two spare bits are set is refused: each key has one base64
 * text. Hex is 64 digits, upper or lower case.
 *
 * <p><b>Source:</b> RFC 4648 §4 and §8, canonical form §3.5.
 */
public final class KeyText {

  /** Length of a key in bytes. */
  public static final int KEY_BYTES = 32;

  /** Length of a key in base64. */
  public static final int BASE64_CHARS = 44;

  static final int HEX_CHARS = 64;

  private KeyText() {}

  /** Returns the 32 bytes, or null when the text is not the canonical base64 of 32 bytes. */
  public static byte @Nullable [] parseBase64(CharSequence text) {
    if (text.length() != BASE64_CHARS || text.charAt(BASE64_CHARS - 1) != '=') {
      return null;
    }
    byte[] key = new byte[KEY_BYTES];
    int bad = 0;
    int bits = 0;
    int bitCount = 0;
    int written = 0;
    for (int i = 0; i < BASE64_CHARS - 1; i++) {
      int digit = base64Value(text.charAt(i));
      bad |= digit;
      bits = bits << 6 | (digit & 63);
      bitCount += 6;
      if (bitCount >= 8) {
        bitCount -= 8;
        key[written++] = (byte) (bits >>> bitCount);
      }
    }
    bad |= -(bits & 3);
    return checked(key, bad);
  }

  /** Returns the 32 bytes, or null when the text is not 64 hex digits. */
  public static byte @Nullable [] parseHex(CharSequence text) {
    if (text.length() != HEX_CHARS) {
      return null;
    }
    byte[] key = new byte[KEY_BYTES];
    int bad = 0;
    for (int i = 0; i < KEY_BYTES; i++) {
      int high = hexValue(text.charAt(2 * i));
      int low = hexValue(text.charAt(2 * i + 1));
      bad |= high | low;
      key[i] = (byte) (high << 4 | (low & 15));
    }
    return checked(key, bad);
  }

  /** Writes 32 bytes as base64. */
  public static String toBase64(byte[] key) {
    byte[] ascii = new byte[BASE64_CHARS];
    int bits = 0;
    int bitCount = 0;
    int written = 0;
    for (int i = 0; i < KEY_BYTES; i++) {
      bits = bits << 8 | (key[i] & 0xff);
      bitCount += 8;
      while (bitCount >= 6) {
        bitCount -= 6;
        ascii[written++] = base64Digit(bits >>> bitCount & 63);
      }
    }
    ascii[written++] = base64Digit(bits << (6 - bitCount) & 63);
    ascii[written] = '=';
    return text(ascii);
  }

  /** Writes 32 bytes as 64 lower-case hex digits, as the UAPI does. */
  public static String toHex(byte[] key) {
    byte[] ascii = new byte[HEX_CHARS];
    for (int i = 0; i < KEY_BYTES; i++) {
      ascii[2 * i] = hexDigit(key[i] >>> 4 & 15);
      ascii[2 * i + 1] = hexDigit(key[i] & 15);
    }
    return text(ascii);
  }

  private static byte @Nullable [] checked(byte[] key, int bad) {
    if (bad < 0) {
      ConstantTime.wipe(key);
      return null;
    }
    return key;
  }

  private static String text(byte[] ascii) {
    String text = new String(ascii, StandardCharsets.US_ASCII);
    ConstantTime.wipe(ascii);
    return text;
  }

  /** Returns 0 to 63, or a negative number for no digit. */
  private static int base64Value(int c) {
    return -1
        + (within(c, 'A', 'Z') & (c - 'A' + 1))
        + (within(c, 'a', 'z') & (c - 'a' + 27))
        + (within(c, '0', '9') & (c - '0' + 53))
        + (within(c, '+', '+') & 63)
        + (within(c, '/', '/') & 64);
  }

  /** Returns 0 to 15, or a negative number for no digit. */
  private static int hexValue(int c) {
    return -1
        + (within(c, '0', '9') & (c - '0' + 1))
        + (within(c, 'a', 'f') & (c - 'a' + 11))
        + (within(c, 'A', 'F') & (c - 'A' + 11));
  }

  private static byte base64Digit(int value) {
    return (byte)
        ((within(value, 0, 25) & ('A' + value))
            | (within(value, 26, 51) & ('a' + value - 26))
            | (within(value, 52, 61) & ('0' + value - 52))
            | (within(value, 62, 62) & '+')
            | (within(value, 63, 63) & '/'));
  }

  private static byte hexDigit(int value) {
    return (byte)
        ((within(value, 0, 9) & ('0' + value)) | (within(value, 10, 15) & ('a' + value - 10)));
  }

  /** All ones when {@code low <= value <= high}, else zero: the mask that stands for a branch. */
  private static int within(int value, int low, int high) {
    return ~((value - low | high - value) >> 31);
  }
}
