package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.warren.crypto.openssl.ClassicOpenSsl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;

/** The engines that this host has, for tests that run once for each. */
public final class Engines {

  /** For {@code @MethodSource}. */
  public static final String ALL = "dev.warren.crypto.Engines#all";

  /** For {@code @MethodSource}: those with native contexts. */
  public static final String NATIVE = "dev.warren.crypto.Engines#natives";

  private Engines() {}

  static List<Named<CryptoEngine>> all() {
    List<Named<CryptoEngine>> engines = natives();
    engines.add(Named.of("jdk", CryptoEngines.jdk()));
    return engines;
  }

  static List<Named<CryptoEngine>> natives() {
    List<Named<CryptoEngine>> engines = new ArrayList<>();
    CryptoEngine boringssl = CryptoEngines.boringssl();
    if (boringssl != null) {
      engines.add(Named.of("boringssl", boringssl));
    }
    CryptoEngine ipsecMb = CryptoEngines.ipsecMb();
    if (ipsecMb != null) {
      engines.add(Named.of("ipsec-mb", ipsecMb));
    }
    CryptoEngine openssl = CryptoEngines.openssl();
    if (openssl != null) {
      engines.add(Named.of("openssl", openssl));
      engines.add(Named.of("openssl classic", ClassicOpenSsl.like(openssl)));
    }
    return engines;
  }

  /**
   * Returns OpenSSL's engine, or skips the test and says why; fails it where hosts are required.
   */
  public static CryptoEngine openssl() {
    return required("OpenSSL", CryptoEngines.openssl(), CryptoEngines.whyNoOpenssl());
  }

  /** The same for BoringSSL's. */
  public static CryptoEngine boringssl() {
    return required("BoringSSL", CryptoEngines.boringssl(), CryptoEngines.whyNoBoringssl());
  }

  /** The same for Intel's IPsec-MB; skips also where the processor is not one for it. */
  public static CryptoEngine ipsecMb() {
    String whyNot = CryptoEngines.whyNoIpsecMb();
    assumeFalse(whyNot.endsWith("AVX-512 IFMA"), whyNot);
    return required("IPsec-MB", CryptoEngines.ipsecMb(), whyNot);
  }

  private static CryptoEngine required(String name, @Nullable CryptoEngine engine, String whyNot) {
    if (engine != null) {
      return engine;
    }
    String reason = name + " cannot be used: " + whyNot;
    if ("1".equals(System.getenv("WARREN_REQUIRE_HOST"))) {
      return fail(reason);
    }
    return abort(reason);
  }
}
