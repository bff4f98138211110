package dev.warren.crypto.openssl;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.CryptoEngine;
import java.lang.ref.Cleaner;

/**
 * Finds Intel's libIPSec_MB, which has ChaCha20-Poly1305 for processors with AVX-512, and checks
 * that it does what we want of it. It has no X25519: agreements are left to another engine.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class IpsecMb {

  static final String NAME = "ipsec-mb";

  private IpsecMb() {}

  /**
   * Loads the library, which stays loaded, and has it seal and open some messages.
   *
   * @param agreements the engine that computes agreements
   */
  public static Search find(Cleaner cleaner, CryptoEngine agreements) {
    return Search.of(() -> engine(cleaner, agreements));
  }

  private static CryptoEngine engine(Cleaner cleaner, CryptoEngine agreements) {
    String description = LibIpsecMb.description();
    if (!IpsecMbJobs.ofThread().hasWideVectors()) {
      // It works without, but no faster than the others, and they need not be told apart by time.
      throw new IllegalStateException(description + " wants a processor with AVX-512 IFMA");
    }
    AeadEngine aead = new NativeAead.Engine(NAME, true, IpsecMbAead::create, cleaner);
    if (!SelfTest.seals(aead)) {
      throw new IllegalStateException(description + " fails its self-test");
    }
    return new CryptoEngine(
        description + ", agreements by " + agreements.description(), aead, agreements.x25519());
  }
}
