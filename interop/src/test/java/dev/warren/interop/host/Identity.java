package dev.warren.interop.host;

import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A key pair in base64, made by {@code wg}. */
public record Identity(String privateKey, String publicKey) {

  public static Identity create() {
    String privateKey = Command.run("wg", "genkey").stdout().strip();
    String publicKey =
        Command.attempt(Duration.ofSeconds(10), Map.of(), privateKey, List.of("wg", "pubkey"))
            .orFail()
            .stdout()
            .strip();
    return new Identity(privateKey, publicKey);
  }

  public static String createPresharedKey() {
    return Command.run("wg", "genpsk").stdout().strip();
  }

  /** A key as UAPI spells it: lowercase hex. */
  public static String hex(String base64Key) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64Key));
  }

  @Override
  public String toString() {
    return publicKey;
  }
}
