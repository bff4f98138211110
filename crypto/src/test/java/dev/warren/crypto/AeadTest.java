package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine's {@link Aead} by the same vectors, and against Bouncy Castle. */
final class AeadTest {

  private static final byte[] KEY = Bytes.counting(0x21, 32);

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(70_000, 64);

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  /** RFC 8439 appendix A.1: what zeroes are sealed to is the key stream from block 1 on. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void sealsZeroesToTheKeyStreamOfTheRfc(CryptoEngine engine) {
    try (Aead aead = engine.aead().create(new byte[32], 0)) {
      assertTrue(aead.seal(0, memory, 0, 64));
      assertEquals(
          "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
              + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
          Bytes.hex(read(0, 64)));
    }
    memory.fill((byte) 0);
    byte[] key = new byte[32];
    key[1] = -1;
    try (Aead aead = engine.aead().create(key, 0)) {
      assertTrue(aead.seal(0, memory, 0, 128));
      assertEquals(
          "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
              + "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
          Bytes.hex(read(64, 64)));
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void agreesWithBouncyCastleForEveryShortLength(CryptoEngine engine) {
    Random random = new Random(300);
    for (int length = 0; length <= 300; length++) {
      check(engine, random, length, random.nextInt(70));
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void agreesWithBouncyCastleForLongLengths(CryptoEngine engine) {
    Random random = new Random(65_535);
    int[] lengths = {
      511, 512, 513, 1023, 1024, 1279, 1280, 1420, 1424, 1440, 2031, 2032, 2047, 2048, 2049, 4095,
      4096, 4097, 8191, 8920, 9001, 16_384, 34_736, 65_519, 65_535
    };
    for (int length : lengths) {
      check(engine, random, length, random.nextInt(70));
    }
    for (int i = 0; i < 60; i++) {
      check(engine, random, random.nextInt(5000), random.nextInt(70));
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void worksAtAnyAlignment(CryptoEngine engine) {
    Random random = new Random(64);
    for (int offset = 0; offset < 130; offset++) {
      check(engine, random, 16 + random.nextInt(200), offset);
    }
  }

  /** 64-bit counters, and those that 32 or 63 bits could not tell apart. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void takesEveryCounter(CryptoEngine engine) {
    byte[] message = Bytes.counting(0, 48);
    try (Aead aead = engine.aead().create(KEY, 0)) {
      for (int bit = 0; bit <= 64; bit++) {
        long counter = bit == 64 ? 0 : 1L << bit;
        write(3, message);
        assertTrue(aead.seal(counter, memory, 3, 48));
        assertArrayEquals(bouncyCastle(counter, message), read(3, 64), "counter " + counter);
      }
      write(0, message);
      assertTrue(aead.seal(-1, memory, 0, 48));
      assertArrayEquals(bouncyCastle(-1, message), read(0, 64));
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void refusesEveryForgedByte(CryptoEngine engine) {
    try (Aead aead = engine.aead().create(KEY, 0)) {
      for (int length : new int[] {0, 1, 15, 16, 17, 64, 100}) {
        byte[] sealed = bouncyCastle(77, Bytes.counting(length, length));
        for (int at = 0; at < sealed.length; at++) {
          byte[] forged = sealed.clone();
          forged[at] ^= (byte) (1 << (at % 8));
          write(8, forged);
          assertFalse(aead.open(77, memory, 8, forged.length), length + " bytes, byte " + at);
        }
        write(8, sealed);
        assertTrue(aead.open(77, memory, 8, sealed.length), "the genuine one of " + length);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void refusesOtherCountersKeysAndLengths(CryptoEngine engine) {
    byte[] sealed = bouncyCastle(5, Bytes.counting(0, 80));
    try (Aead aead = engine.aead().create(KEY, 0);
        Aead other = engine.aead().create(Bytes.counting(0x22, 32), 0)) {
      for (int bit = 0; bit < 64; bit++) {
        write(0, sealed);
        assertFalse(aead.open(5 ^ 1L << bit, memory, 0, sealed.length), "bit " + bit);
      }
      write(0, sealed);
      assertFalse(other.open(5, memory, 0, sealed.length));
      for (int length = 0; length < sealed.length + 20; length++) {
        write(0, Arrays.copyOf(sealed, sealed.length + 20));
        assertEquals(length == sealed.length, aead.open(5, memory, 0, length), "of " + length);
      }
    }
  }

  /** As the two ends of a link do it, packet by packet, forged ones between. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void sealsAndOpensInAnyOrder(CryptoEngine engine) {
    Random random = new Random(99);
    try (Aead aead = engine.aead().create(KEY, 0)) {
      for (int i = 0; i < 300; i++) {
        byte[] message = Bytes.random(random, random.nextInt(100));
        long counter = random.nextLong();
        byte[] sealed = bouncyCastle(counter, message);
        switch (random.nextInt(3)) {
          case 0 -> {
            write(0, message);
            assertTrue(aead.seal(counter, memory, 0, message.length));
            assertArrayEquals(sealed, read(0, sealed.length));
          }
          case 1 -> {
            write(0, sealed);
            assertTrue(aead.open(counter, memory, 0, sealed.length));
            assertArrayEquals(message, read(0, message.length));
          }
          default -> {
            sealed[random.nextInt(sealed.length)] ^= 32;
            write(0, sealed);
            assertFalse(aead.open(counter, memory, 0, sealed.length));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void touchesNothingAround(CryptoEngine engine) {
    memory.fill((byte) 0x5a);
    try (Aead aead = engine.aead().create(KEY, 0)) {
      for (int length = 0; length < 200; length++) {
        memory.asSlice(0, 300).fill((byte) 0x5a);
        assertTrue(aead.seal(1, memory, 20, length));
        assertTrue(aead.open(1, memory, 20, length + 16));
        byte[] expected = new byte[300];
        Arrays.fill(expected, (byte) 0x5a);
        byte[] found = read(0, 300);
        System.arraycopy(found, 20 + length, expected, 20 + length, 16); // the tag stays there
        assertArrayEquals(expected, found, "length " + length);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void copiesItsKey(CryptoEngine engine) {
    byte[] array = new byte[50];
    System.arraycopy(KEY, 0, array, 11, 32);
    try (Aead aead = engine.aead().create(array, 11)) {
      Arrays.fill(array, (byte) 0);
      byte[] sealed = bouncyCastle(0, KEY);
      write(0, sealed);
      assertTrue(aead.open(0, memory, 0, sealed.length));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> engine.aead().create(new byte[33], 2));
  }

  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void doesNothingAfterClosing(CryptoEngine engine) {
    Aead used = engine.aead().create(KEY, 0);
    assertTrue(used.seal(0, memory, 0, 10));
    Aead idle = engine.aead().create(KEY, 0);
    for (Aead aead : new Aead[] {used, idle}) {
      aead.close();
      aead.close();
      memory.fill((byte) 7);
      assertFalse(aead.seal(1, memory, 0, 10));
      assertFalse(aead.open(1, memory, 0, 26));
      assertEquals(-1, memory.mismatch(arena.allocate(memory.byteSize()).fill((byte) 7)));
    }
  }

  /** Such a range is our own bug; what matters is that no engine writes there. */
  @ParameterizedTest
  @MethodSource(Engines.ALL)
  void refusesRangesOutsideOfTheMemory(CryptoEngine engine) {
    MemorySegment small = arena.allocate(64);
    try (Aead aead = engine.aead().create(KEY, 0)) {
      assertTrue(aead.seal(0, small, 0, 48));
      Class<IndexOutOfBoundsException> outside = IndexOutOfBoundsException.class;
      assertThrows(outside, () -> aead.seal(0, small, 0, 49));
      assertThrows(outside, () -> aead.seal(0, small, 1, 48));
      assertThrows(outside, () -> aead.seal(0, small, -1, 10));
      assertThrows(outside, () -> aead.seal(0, small, 20, -1));
      assertThrows(outside, () -> aead.seal(0, small, 20, -17));
      assertThrows(outside, () -> aead.seal(0, small, 0, Integer.MAX_VALUE));
      assertThrows(outside, () -> aead.seal(0, small, Long.MAX_VALUE, 1));
      assertThrows(outside, () -> aead.open(0, small, 0, 65));
      assertThrows(outside, () -> aead.open(0, small, 40, 25));
      assertThrows(outside, () -> aead.open(0, small, -1, 30));
      assertThrows(outside, () -> aead.open(0, small, Long.MAX_VALUE, 30));
      assertFalse(aead.open(0, small, 0, 15));
      assertFalse(aead.open(0, small, 0, -1));
    }
  }

  private void check(CryptoEngine engine, Random random, int length, int offset) {
    byte[] key = Bytes.random(random, 32);
    byte[] message = Bytes.random(random, length);
    long counter = random.nextLong();
    byte[] sealed = BouncyCastle.seal(key, BouncyCastle.nonce(counter), new byte[0], message);
    try (Aead sender = engine.aead().create(key, 0);
        Aead receiver = engine.aead().create(key, 0)) {
      write(offset, message);
      assertTrue(sender.seal(counter, memory, offset, length));
      assertArrayEquals(sealed, read(offset, length + 16), "length " + length + " at " + offset);
      assertTrue(receiver.open(counter, memory, offset, length + 16));
      assertArrayEquals(message, read(offset, length), "length " + length + " at " + offset);
    }
  }

  private static byte[] bouncyCastle(long counter, byte[] message) {
    return BouncyCastle.seal(KEY, BouncyCastle.nonce(counter), new byte[0], message);
  }

  private void write(int offset, byte[] bytes) {
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
  }

  private byte[] read(int offset, int length) {
    return memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
