package dev.warren.crypto;

import dev.warren.crypto.openssl.OpenSsl;
import org.jspecify.annotations.Nullable;

/**
 * Picks who computes transport data and agreements in this process: OpenSSL's libcrypto where the
 * library is found and native access allowed, else the JDK.
 *
 * <p>The library is looked for once, at the first question. The system property {@code
 * warren.crypto}, {@code openssl} or {@code jdk}, forces it.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> an {@link IllegalStateException} whose message tells the operator what is
 * wrong: the property names no engine, or one that is not to be had.
 */
public final class CryptoEngines {

  /** The system property that forces an engine. */
  public static final String PROPERTY = "warren.crypto";

  private CryptoEngines() {}

  /** Returns the engine in use for transport data. */
  public static AeadEngine aead() {
    return inUse().aead();
  }

  /** Returns the engine in use for handshakes. */
  public static X25519 x25519() {
    return inUse().x25519();
  }

  /** Names the engine in use, for the log and for {@code --version}. */
  public static String description() {
    return inUse().description();
  }

  /** Returns the engine in use. */
  public static CryptoEngine inUse() {
    return switch (System.getProperty(PROPERTY, "")) {
      case "" -> Libcrypto.SEARCH instanceof OpenSsl.Found found ? found.engine() : jdk();
      case "jdk" -> jdk();
      case "openssl" ->
          switch (Libcrypto.SEARCH) {
            case OpenSsl.Found found -> found.engine();
            case OpenSsl.Absent absent ->
                throw new IllegalStateException(
                    PROPERTY + "=openssl, but it cannot be used: " + absent.reason());
          };
      default ->
          throw new IllegalStateException(
              PROPERTY + " is '" + System.getProperty(PROPERTY) + "'; it may be openssl or jdk");
    };
  }

  /** Returns the JDK's engine, which is always there. */
  public static CryptoEngine jdk() {
    return Jdk.ENGINE;
  }

  /**
   * Returns OpenSSL's engine, null where it cannot be used: then {@link #whyNoOpenssl} says why.
   */
  public static @Nullable CryptoEngine openssl() {
    return Libcrypto.SEARCH instanceof OpenSsl.Found found ? found.engine() : null;
  }

  /** Returns the reason why OpenSSL cannot be used, empty when it can. */
  public static String whyNoOpenssl() {
    return Libcrypto.SEARCH instanceof OpenSsl.Absent absent ? absent.reason() : "";
  }

  /** Loaded by the first question only: the JDK's engine alone needs no native access. */
  private static final class Libcrypto {
    static final OpenSsl.Search SEARCH = OpenSsl.find();
  }

  private static final class Jdk {
    static final CryptoEngine ENGINE =
        new CryptoEngine("JDK " + Runtime.version(), JdkAead.engine(), new JdkX25519());
  }
}
