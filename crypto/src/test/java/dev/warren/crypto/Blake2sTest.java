package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Blake2sTest {

  private final Blake2s blake2s = new Blake2s();

  /** RFC 7693 appendix B. */
  @Test
  void hashesAbc() {
    assertEquals(
        "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
        Bytes.hex(hash(32, new byte[0], "abc".getBytes(StandardCharsets.US_ASCII))));
  }

  /** RFC 7693 appendix E: one hash over the hashes of many lengths, with and without keys. */
  @Test
  void passesTheSelfTestOfTheRfc() {
    int[] outLengths = {16, 20, 28, 32};
    int[] messageLengths = {0, 3, 64, 65, 255, 1024};
    Blake2s all = new Blake2s();
    all.reset(32);
    for (int outLength : outLengths) {
      for (int messageLength : messageLengths) {
        byte[] message = selfTestSequence(messageLength, messageLength);
        byte[] key = selfTestSequence(outLength, outLength);
        all.update(hash(outLength, new byte[0], message));
        all.update(hash(outLength, key, message));
      }
    }
    byte[] result = new byte[32];
    all.finish(result, 0);
    assertEquals(
        "6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe", Bytes.hex(result));
  }

  @Test
  void agreesWithBouncyCastleForEveryLength() {
    Random random = new Random(7693);
    for (int length = 0; length <= 300; length++) {
      byte[] message = Bytes.random(random, length);
      byte[] key = Bytes.random(random, length % 33);
      int outLength = 1 + length % 32;
      assertArrayEquals(
          BouncyCastle.blake2s(outLength, key, message),
          hash(outLength, key, message),
          "length " + length);
    }
  }

  @Test
  void takesItsInputInAnyPieces() {
    Random random = new Random(2);
    byte[] message = Bytes.random(random, 1000);
    byte[] whole = hash(32, new byte[0], message);
    for (int round = 0; round < 100; round++) {
      blake2s.reset(32);
      int at = 0;
      while (at < message.length) {
        int count = Math.min(random.nextInt(150), message.length - at);
        blake2s.update(message, at, count);
        at += count;
      }
      byte[] out = new byte[40];
      blake2s.finish(out, 8);
      assertArrayEquals(whole, java.util.Arrays.copyOfRange(out, 8, 40));
    }
  }

  @Test
  void readsPacketMemory() {
    byte[] message = Bytes.random(new Random(3), 300);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(310);
      MemorySegment.copy(message, 0, memory, ValueLayout.JAVA_BYTE, 7, message.length);
      byte[] out = new byte[32];
      blake2s.reset(32);
      blake2s.update(memory, 7, 100);
      blake2s.update(memory, 107, 200);
      blake2s.finish(out, 0);
      assertArrayEquals(hash(32, new byte[0], message), out);
    }
  }

  @Test
  void refusesMisuse() {
    byte[] out = new byte[32];
    assertThrows(IllegalStateException.class, () -> blake2s.update(out));
    assertThrows(IllegalStateException.class, () -> blake2s.finish(out, 0));
    assertThrows(IllegalArgumentException.class, () -> blake2s.reset(0));
    assertThrows(IllegalArgumentException.class, () -> blake2s.reset(33));
    assertThrows(IllegalArgumentException.class, () -> blake2s.reset(32, out, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> blake2s.reset(32, new byte[33], 0, 33));
    blake2s.reset(32);
    assertThrows(IndexOutOfBoundsException.class, () -> blake2s.finish(out, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> blake2s.update(out, 31, 2));
    blake2s.finish(out, 0);
    assertThrows(IllegalStateException.class, () -> blake2s.finish(out, 0));
  }

  @Test
  void leavesNothingBehindWhenFinished() throws ReflectiveOperationException {
    byte[] secret = Bytes.counting(1, 32);
    hash(32, secret, secret);
    Traces.assertAllZero(blake2s);
  }

  private byte[] hash(int outLength, byte[] key, byte[] message) {
    byte[] out = new byte[outLength];
    if (key.length == 0) {
      blake2s.reset(outLength);
    } else {
      blake2s.reset(outLength, key, 0, key.length);
    }
    blake2s.update(message);
    blake2s.finish(out, 0);
    return out;
  }

  /** The generator of RFC 7693 appendix E. */
  private static byte[] selfTestSequence(int length, int seed) {
    byte[] out = new byte[length];
    int a = 0xDEAD4BAD * seed;
    int b = 1;
    for (int i = 0; i < length; i++) {
      int t = a + b;
      a = b;
      b = t;
      out[i] = (byte) (t >>> 24);
    }
    return out;
  }
}
