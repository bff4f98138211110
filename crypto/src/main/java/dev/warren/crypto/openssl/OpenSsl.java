package dev.warren.crypto.openssl;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.CryptoEngine;
import java.lang.ref.Cleaner;

/**
 * Finds OpenSSL's libcrypto and checks that it does what we want of it.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class OpenSsl {

  static final String NAME = "openssl";

  private OpenSsl() {}

  /**
   * Loads the library, which stays loaded, and has it seal and open some messages. Whether it also
   * agrees, {@link SelfTest#agrees} tells: only who is chosen needs those functions.
   */
  public static Search find(Cleaner cleaner) {
    return Search.of(() -> engine(cleaner));
  }

  private static CryptoEngine engine(Cleaner cleaner) {
    String description = LibCrypto.description();
    AeadEngine aead = aead(cleaner);
    if (!SelfTest.seals(aead)) {
      throw new IllegalStateException(description + " fails its self-test");
    }
    return new CryptoEngine(description, aead, new EvpX25519(cleaner));
  }

  private static AeadEngine aead(Cleaner cleaner) {
    if (LibCrypto.takesParams()) {
      AeadEngine byParams = new NativeAead.Engine(NAME, false, EvpParamAead::create, cleaner);
      if (SelfTest.seals(byParams)) {
        return byParams;
      }
    }
    return classic(cleaner);
  }

  /** The slower way, which every version knows. */
  static AeadEngine classic(Cleaner cleaner) {
    return new NativeAead.Engine(NAME, false, EvpAead::create, cleaner);
  }
}
