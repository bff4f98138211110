package dev.warren.crypto.openssl;

import dev.warren.crypto.Aead;
import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.ChaCha20Poly1305;
import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.CryptoEngine;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Finds libcrypto and checks that it does what we want of it.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class OpenSsl {

  /** What the search came to. */
  public sealed interface Search permits Found, Absent {}

  /** A library that passed the self-test. */
  public record Found(CryptoEngine engine) implements Search {}

  /** Why there is none to use, for the log. */
  public record Absent(String reason) implements Search {}

  private OpenSsl() {}

  /** Loads the library, which stays loaded, and has it compute one message and one agreement. */
  public static Search find() {
    if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
      return new Absent("libcrypto is used on 64-bit systems only");
    }
    try {
      String description = LibCrypto.description();
      Cleaner cleaner = Cleaner.create();
      AeadEngine aead = EvpAead.engine(cleaner);
      X25519 x25519 = new EvpX25519(cleaner);
      if (!sealsAsWeDo(aead) || !agreesAsInTheRfc(x25519)) {
        return new Absent(description + " fails its self-test");
      }
      return new Found(new CryptoEngine(description, aead, x25519));
    } catch (ExceptionInInitializerError e) { // native access forbidden, or not made for here
      return new Absent(reason(Objects.requireNonNullElse(e.getCause(), e)));
    } catch (LinkageError | IllegalStateException e) {
      return new Absent(reason(e));
    }
  }

  private static String reason(Throwable e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /** Compares one packet with our own Java, opens it again, and has a forged one refused. */
  private static boolean sealsAsWeDo(AeadEngine engine) {
    byte[] key = new byte[Aead.KEY_BYTES];
    byte[] message = new byte[100];
    byte[] expected = new byte[message.length + Aead.TAG_BYTES];
    for (int i = 0; i < message.length; i++) {
      key[i % key.length] = (byte) (i * 7);
      message[i] = (byte) i;
    }
    long counter = 0x0102030405060708L;
    ChaCha20Poly1305.seal(
        key, 0, counter, new byte[0], 0, 0, message, 0, message.length, expected, 0);
    try (Arena arena = Arena.ofConfined();
        Aead aead = engine.create(key, 0)) {
      MemorySegment memory = arena.allocate(expected.length);
      MemorySegment.copy(message, 0, memory, ValueLayout.JAVA_BYTE, 0, message.length);
      boolean sealed =
          aead.seal(counter, memory, 0, message.length)
              && memory.mismatch(MemorySegment.ofArray(expected)) == -1;
      boolean opened =
          aead.open(counter, memory, 0, expected.length)
              && memory.asSlice(0, message.length).mismatch(MemorySegment.ofArray(message)) == -1;
      MemorySegment.copy(expected, 0, memory, ValueLayout.JAVA_BYTE, 0, expected.length);
      return sealed && opened && !aead.open(counter + 1, memory, 0, expected.length);
    }
  }

  /** RFC 7748 §6.1: Alice's key pair, and the secret she shares with Bob. */
  private static boolean agreesAsInTheRfc(X25519 engine) {
    byte[] alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    byte[] alicePublic = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    byte[] bobPublic = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    byte[] expected = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    byte[] shared = new byte[PrivateKey.SHARED_SECRET_BYTES];
    try (Secret secret = Secret.of(alice, 0);
        PrivateKey key = engine.importPrivate(secret)) {
      return key.publicKey().equals(PublicKey.of(alicePublic, 0))
          && key.agree(PublicKey.of(bobPublic, 0), shared)
          && ConstantTime.equal(shared, expected);
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
