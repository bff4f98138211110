package dev.warren.crypto.openssl;

import dev.warren.crypto.CryptoEngine;
import java.lang.ref.Cleaner;

/** OpenSSL as it is used when its parameters do not do what we expect. */
public final class ClassicOpenSsl {

  private ClassicOpenSsl() {}

  /** Returns an engine of the same library. */
  public static CryptoEngine like(CryptoEngine openssl) {
    return new CryptoEngine(
        openssl.description(), OpenSsl.classic(Cleaner.create()), openssl.x25519());
  }
}
