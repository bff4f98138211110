package dev.warren.crypto.openssl;

import dev.warren.crypto.Aead;
import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.ChaCha20Poly1305;
import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/**
 * What a library must get right before it is used: it may be older or newer than those we know, or
 * be another one.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class SelfTest {

  private static final byte[] KEY = counting(0x40, Aead.KEY_BYTES);
  private static final byte[] PLAINTEXT = counting(1, 150);

  /** Every word of the counter changes from one message to the next, up as well as down. */
  private static final Message[] MESSAGES = {
    new Message(0x0102030405060708L, 100), new Message(7, PLAINTEXT.length), new Message(-1, 0),
  };

  private SelfTest() {}

  /**
   * Compares messages with our own Java, opens them again and has forged ones refused, one by one
   * and in turns.
   */
  static boolean seals(AeadEngine engine) {
    try (Arena arena = Arena.ofConfined();
        Aead both = engine.create(KEY, 0);
        Aead sender = engine.create(KEY, 0);
        Aead receiver = engine.create(KEY, 0)) {
      MemorySegment memory = arena.allocate(PLAINTEXT.length + Aead.TAG_BYTES);
      for (int round = 0; round < 2; round++) {
        for (Message message : MESSAGES) {
          if (!message.isSealedBy(sender, memory)
              || !message.isOpenedBy(receiver, memory)
              || !message.isSealedBy(both, memory)
              || !message.isOpenedBy(both, memory)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** RFC 7748 §6.1: Alice's key pair, and the secret she shares with Bob. */
  public static boolean agrees(X25519 engine) {
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

  private static byte[] counting(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** One message, and what it must be sealed to. */
  private static final class Message {

    private final long counter;
    private final int length;
    private final byte[] sealed;

    Message(long counter, int length) {
      this.counter = counter;
      this.length = length;
      sealed = new byte[length + Aead.TAG_BYTES];
      ChaCha20Poly1305.seal(KEY, 0, counter, new byte[0], 0, 0, PLAINTEXT, 0, length, sealed, 0);
    }

    boolean isSealedBy(Aead aead, MemorySegment memory) {
      MemorySegment.copy(PLAINTEXT, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
      return aead.seal(counter, memory, 0, length) && holds(memory, sealed, sealed.length);
    }

    boolean isOpenedBy(Aead aead, MemorySegment memory) {
      write(memory);
      if (aead.open(counter ^ 1, memory, 0, sealed.length)) {
        return false;
      }
      write(memory);
      memory.set(ValueLayout.JAVA_BYTE, length, (byte) (sealed[length] ^ 1));
      if (aead.open(counter, memory, 0, sealed.length)) {
        return false;
      }
      write(memory);
      return aead.open(counter, memory, 0, sealed.length) && holds(memory, PLAINTEXT, length);
    }

    private void write(MemorySegment memory) {
      MemorySegment.copy(sealed, 0, memory, ValueLayout.JAVA_BYTE, 0, sealed.length);
    }

    private static boolean holds(MemorySegment memory, byte[] bytes, int length) {
      return memory.asSlice(0, length).mismatch(MemorySegment.ofArray(bytes).asSlice(0, length))
          == -1;
    }
  }
}
