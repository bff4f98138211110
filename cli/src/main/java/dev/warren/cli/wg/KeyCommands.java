package dev.warren.cli.wg;

import dev.warren.config.CNumbers;
import dev.warren.crypto.BasePoint;
import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.KeyText;
import dev.warren.crypto.RandomSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * {@code wg genkey}, {@code genpsk} and {@code pubkey}.
 *
 * <p><b>Source:</b> wireguard-tools' {@code genkey.c}, {@code pubkey.c}; RFC 7748 §5 for the bits
 * of a private key.
 */
final class KeyCommands {
  private static final int KEY_CHARS = KeyText.BASE64_CHARS;

  private final WgCommand wg;

  KeyCommands(WgCommand wg) {
    this.wg = wg;
  }

  int generate(String[] arguments) {
    if (arguments.length != 1) {
      wg.usage(arguments[0], "");
      return 1;
    }
    if (wg.environment.host().outIsWorldAccessible()) {
      wg.err.line("Warning: writing to world accessible file.");
      wg.err.line("Consider setting the umask to 077 and trying again.");
    }
    byte[] key = new byte[KeyText.KEY_BYTES];
    RandomSource.secure().fill(key, 0, key.length);
    if (arguments[0].equals("genkey")) {
      key[0] &= (byte) 248;
      key[31] = (byte) ((key[31] & 127) | 64);
    }
    wg.out.line(KeyText.toBase64(key));
    ConstantTime.wipe(key);
    return 0;
  }

  int publicKey(String[] arguments) {
    if (arguments.length != 1) {
      wg.usage(arguments[0], "");
      return 1;
    }
    byte[] bytes = new byte[KEY_CHARS];
    int length = 0;
    boolean trailing = false;
    try {
      length = wg.environment.in().readNBytes(bytes, 0, KEY_CHARS);
      for (int c = wg.environment.in().read();
          c >= 0 && !trailing;
          c = wg.environment.in().read()) {
        trailing = c != 0 && !CNumbers.isSpace((char) c);
      }
    } catch (IOException e) {
      // An input that cannot be read ends there.
    }
    if (length == KEY_CHARS && trailing) {
      wg.err.line("wg: Trailing characters found after key");
      return 1;
    }
    byte[] key =
        length < KEY_CHARS
            ? null
            : KeyText.parseBase64(new String(bytes, StandardCharsets.ISO_8859_1));
    Arrays.fill(bytes, (byte) 0);
    if (key == null) {
      wg.err.line("wg: Key is not the correct length or format");
      return 1;
    }
    wg.out.line(KeyText.toBase64(BasePoint.publicKey(key)));
    ConstantTime.wipe(key);
    return 0;
  }
}
