package dev.warren.crypto;

import dev.warren.crypto.openssl.BoringSsl;
import dev.warren.crypto.openssl.IpsecMb;
import dev.warren.crypto.openssl.OpenSsl;
import dev.warren.crypto.openssl.Search;
import dev.warren.crypto.openssl.SelfTest;
import java.lang.ref.Cleaner;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Picks who computes transport data and agreements in this process: BoringSSL (or AWS-LC) or
 * OpenSSL, whichever is found, else the JDK.
 *
 * <p>The choice is made once, at the first question:
 *
 * <ol>
 *   <li>An engine counts when its library loads and passes a self-test.
 *   <li>BoringSSL is preferred: it takes one call a packet where OpenSSL takes four, which is worth
 *       a fifth to a half of the time. Whether it was built with its assembler is seen from its
 *       speed ({@link Calibration}). If that leaves a doubt, OpenSSL is measured too, and taken if
 *       it is twice as fast. If not, OpenSSL's library is not even loaded.
 *   <li>Intel's IPsec-MB, where it is installed and the processor has AVX-512 with IFMA, takes the
 *       place of either for transport data: there it needs two thirds of the time of the others for
 *       a full packet. Agreements stay where they are: it has none.
 *   <li>The JDK is the last choice and not measured: code that just started would look ten times
 *       slower than it becomes, and once warm it is still the slowest on every machine we know.
 *   <li>Who seals also agrees: OpenSSL's agreements take as long as BoringSSL's.
 * </ol>
 *
 * <p>The system property {@code warren.crypto}, {@code ipsec-mb}, {@code boringssl}, {@code
 * openssl} or {@code jdk}, forces one; {@code warren.crypto.library} names the library that is to
 * be taken for BoringSSL, which forces that too.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> an {@link IllegalStateException} whose message tells the operator what is
 * wrong: a property names no engine, or one that is not to be had.
 */
public final class CryptoEngines {

  /** The system property that forces an engine. */
  public static final String PROPERTY = "warren.crypto";

  /** A byte per nanosecond: half of what BoringSSL's assembler does, twice what its C does. */
  private static final long FAST_NANOS = Calibration.MESSAGE_BYTES;

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
    String wanted = System.getProperty(PROPERTY, "");
    return switch (wanted) {
      case "" -> chosenOrNamed();
      case "ipsec-mb" -> forced(PROPERTY + "=" + wanted, Multi.SEARCH);
      case "boringssl" -> forced(PROPERTY + "=" + wanted, Boring.SEARCH);
      case "openssl" -> forced(PROPERTY + "=" + wanted, Open.SEARCH);
      case "jdk" -> jdk();
      default ->
          throw new IllegalStateException(
              PROPERTY + " is '" + wanted + "'; it may be ipsec-mb, boringssl, openssl or jdk");
    };
  }

  /** Returns the JDK's engine, which is always there. */
  public static CryptoEngine jdk() {
    return Jdk.ENGINE;
  }

  /**
   * Returns BoringSSL's engine, null where it cannot be used: then {@link #whyNoBoringssl} says
   * why.
   */
  public static @Nullable CryptoEngine boringssl() {
    return engine(Boring.SEARCH);
  }

  /** Returns the reason why BoringSSL cannot be used, empty when it can. */
  public static String whyNoBoringssl() {
    return reason(Boring.SEARCH);
  }

  /**
   * Returns OpenSSL's engine, null where it cannot be used: then {@link #whyNoOpenssl} says why.
   */
  public static @Nullable CryptoEngine openssl() {
    return engine(Open.SEARCH);
  }

  /** Returns the reason why OpenSSL cannot be used, empty when it can. */
  public static String whyNoOpenssl() {
    return reason(Open.SEARCH);
  }

  /** Returns the engine of IPsec-MB, null where it cannot be used. */
  public static @Nullable CryptoEngine ipsecMb() {
    return engine(Multi.SEARCH);
  }

  /** Returns the reason why IPsec-MB cannot be used, empty when it can. */
  public static String whyNoIpsecMb() {
    return reason(Multi.SEARCH);
  }

  private static @Nullable CryptoEngine engine(Search search) {
    return search instanceof Search.Found found ? found.engine() : null;
  }

  private static String reason(Search search) {
    return search instanceof Search.Absent absent ? absent.reason() : "";
  }

  private static CryptoEngine chosenOrNamed() {
    String library = System.getProperty(BoringSsl.LIBRARY_PROPERTY, "");
    return library.isEmpty()
        ? Chosen.ENGINE
        : forced(BoringSsl.LIBRARY_PROPERTY + "=" + library, Boring.SEARCH);
  }

  /** Returns what the operator demands, or says that it is not to be had. */
  static CryptoEngine forced(String demand, Search search) {
    String reason =
        switch (search) {
          case Search.Absent absent -> absent.reason();
          case Search.Found found ->
              agrees(found.engine()) ? "" : found.engine().description() + " fails its self-test";
        };
    CryptoEngine engine = engine(search);
    if (engine == null || !reason.isEmpty()) {
      throw new IllegalStateException(demand + ", but it cannot be used: " + reason);
    }
    return engine;
  }

  /** OpenSSL is asked for when it is needed only. */
  static CryptoEngine choose(
      @Nullable CryptoEngine boringssl, Supplier<@Nullable CryptoEngine> opensslIfAny) {
    if (boringssl != null && !isTwiceAsFast(opensslIfAny, boringssl) && agrees(boringssl)) {
      return boringssl;
    }
    CryptoEngine openssl = opensslIfAny.get();
    if (openssl != null && agrees(openssl)) {
      return openssl;
    }
    return jdk();
  }

  private static boolean isTwiceAsFast(
      Supplier<@Nullable CryptoEngine> opensslIfAny, CryptoEngine boringssl) {
    long nanos = Calibration.messageNanos(boringssl.aead());
    if (nanos < FAST_NANOS) {
      return false;
    }
    CryptoEngine openssl = opensslIfAny.get();
    return openssl != null && 2 * Calibration.messageNanos(openssl.aead()) < nanos;
  }

  private static boolean agrees(CryptoEngine engine) {
    return SelfTest.agrees(engine.x25519());
  }

  // Each is loaded by the first one to ask for it: the JDK's engine needs no native access.

  private static final class Chosen {
    static final CryptoEngine ENGINE = Objects.requireNonNullElse(ipsecMb(), Usual.ENGINE);
  }

  private static final class Usual {
    static final CryptoEngine ENGINE = choose(boringssl(), CryptoEngines::openssl);
  }

  private static final class Multi {
    static final Search SEARCH = IpsecMb.find(Freeing.CLEANER, Usual.ENGINE);
  }

  private static final class Boring {
    static final Search SEARCH = BoringSsl.find(Freeing.CLEANER);
  }

  private static final class Open {
    static final Search SEARCH = OpenSsl.find(Freeing.CLEANER);
  }

  private static final class Freeing {
    static final Cleaner CLEANER = Cleaner.create();
  }

  private static final class Jdk {
    static final CryptoEngine ENGINE =
        new CryptoEngine("JDK " + Runtime.version(), JdkAead.engine(), new JdkX25519());
  }
}
