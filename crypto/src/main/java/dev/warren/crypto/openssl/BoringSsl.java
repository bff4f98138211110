package dev.warren.crypto.openssl;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.CryptoEngine;
import java.lang.ref.Cleaner;

/**
 * Finds BoringSSL, or a library with the same functions, and checks that it does what we want of
 * it.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class BoringSsl {

  /** The system property that says where the library is: a path, or a name to look for. */
  public static final String LIBRARY_PROPERTY = "warren.crypto.library";

  static final String NAME = "boringssl";

  private BoringSsl() {}

  /**
   * Loads the library, which stays loaded, and has it seal and open some messages. Whether it also
   * agrees, {@link SelfTest#agrees} tells: only who is chosen needs those functions.
   */
  public static Search find(Cleaner cleaner) {
    return Search.of(() -> engine(cleaner));
  }

  private static CryptoEngine engine(Cleaner cleaner) {
    String description = LibBoringSsl.description();
    AeadEngine aead = new NativeAead.Engine(NAME, true, BoringAead::create, cleaner);
    if (!SelfTest.seals(aead)) {
      throw new IllegalStateException(description + " fails its self-test");
    }
    return new CryptoEngine(description, aead, new BoringX25519());
  }
}
