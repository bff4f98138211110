package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;

/** The engines that this host has, for tests that run once for each. */
public final class Engines {

  /** For {@code @MethodSource}. */
  public static final String ALL = "dev.warren.crypto.Engines#all";

  private Engines() {}

  static List<Named<CryptoEngine>> all() {
    List<Named<CryptoEngine>> engines = new ArrayList<>();
    engines.add(Named.of("jdk", CryptoEngines.jdk()));
    CryptoEngine openssl = CryptoEngines.openssl();
    if (openssl != null) {
      engines.add(Named.of("openssl", openssl));
    }
    return engines;
  }

  /**
   * Returns OpenSSL's engine, or skips the test and says why; fails it where hosts are required.
   */
  public static CryptoEngine openssl() {
    CryptoEngine openssl = CryptoEngines.openssl();
    if (openssl != null) {
      return openssl;
    }
    String reason = "OpenSSL cannot be used: " + CryptoEngines.whyNoOpenssl();
    if ("1".equals(System.getenv("WARREN_REQUIRE_HOST"))) {
      return fail(reason);
    }
    return abort(reason);
  }
}
