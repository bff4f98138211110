package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class Poly1305Test {

  private static final String IETF_TEXT =
      text(
          "Any submission to the IETF intended by the Contributor for publication as all or part of"
              + " an IETF Internet-Draft or RFC and any statement made within the context of an"
              + " IETF activity is considered an \"IETF Contribution\". Such statements include"
              + " oral statements in IETF sessions, as well as written and electronic"
              + " communications made at any time or place, which are addressed to");

  private static final String JABBERWOCKY =
      text(
          "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\n"
              + "All mimsy were the borogoves,\nAnd the mome raths outgrabe.");

  private static final String ZERO_16 = "00".repeat(16);
  private static final String FF_16 = "ff".repeat(16);
  private static final String ONE = "01" + "00".repeat(15);
  private static final String TWO = "02" + "00".repeat(15);

  /**
   * RFC 8439 §2.5.2 and appendix A.3 in its order: the last seven are the edges of the arithmetic.
   */
  static Stream<Arguments> vectors() {
    return Stream.of(
        Arguments.of(
            "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
            text("Cryptographic Forum Research Group"),
            "a8061dc1305136c6c22b8baf0c0127a9"),
        Arguments.of(ZERO_16 + ZERO_16, "00".repeat(64), ZERO_16),
        Arguments.of(
            ZERO_16 + "36e5f6b5c5e06070f0efca96227a863e",
            IETF_TEXT,
            "36e5f6b5c5e06070f0efca96227a863e"),
        Arguments.of(
            "36e5f6b5c5e06070f0efca96227a863e" + ZERO_16,
            IETF_TEXT,
            "f3477e7cd95417af89a6b8794c310cf0"),
        Arguments.of(
            "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
            JABBERWOCKY,
            "4541669a7eaaee61e708dc7cbcc5eb62"),
        Arguments.of(TWO + ZERO_16, FF_16, "03" + "00".repeat(15)),
        Arguments.of(TWO + FF_16, TWO, "03" + "00".repeat(15)),
        Arguments.of(
            ONE + ZERO_16,
            FF_16 + "f0" + "ff".repeat(15) + "11" + "00".repeat(15),
            "05" + "00".repeat(15)),
        Arguments.of(ONE + ZERO_16, FF_16 + "fb" + "fe".repeat(15) + "01".repeat(16), ZERO_16),
        Arguments.of(TWO + ZERO_16, "fd" + "ff".repeat(15), "fa" + "ff".repeat(15)),
        Arguments.of(
            "01000000000000000400000000000000" + ZERO_16,
            "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000" + ZERO_16 + ONE,
            "14000000000000005500000000000000"),
        Arguments.of(
            "01000000000000000400000000000000" + ZERO_16,
            "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000" + ZERO_16,
            "13" + "00".repeat(15)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void yieldsTheTagsOfTheRfc(String key, String message, String expectedTag) {
    assertEquals(expectedTag, Bytes.hex(tag(Bytes.hex(key), Bytes.hex(message))));
  }

  @Test
  void agreesWithBouncyCastleForEveryLength() {
    Random random = new Random(1305);
    for (int length = 0; length <= 300; length++) {
      byte[] key = Bytes.random(random, 32);
      byte[] message = Bytes.random(random, length);
      assertArrayEquals(bouncyCastle(key, message), tag(key, message), "length " + length);
    }
  }

  /** Bytes of all ones and all zeroes drive carries further than random ones ever would. */
  @Test
  void agreesWithBouncyCastleOnExtremeBytes() {
    Random random = new Random(2);
    for (int round = 0; round < 20_000; round++) {
      byte[] key = extreme(random, 32);
      byte[] message = extreme(random, random.nextInt(100));
      assertArrayEquals(
          bouncyCastle(key, message),
          tag(key, message),
          () -> "key " + Bytes.hex(key) + " message " + Bytes.hex(message));
    }
  }

  @Test
  void leavesNothingBehindWhenFinished() throws ReflectiveOperationException {
    Poly1305 poly1305 = new Poly1305();
    poly1305.init(Bytes.counting(1, 32), 0);
    poly1305.updatePadded(Bytes.counting(1, 40), 0, 40);
    poly1305.finish(new byte[16], 0);
    Traces.assertAllZero(poly1305);
  }

  private static byte[] tag(byte[] key, byte[] message) {
    Poly1305 poly1305 = new Poly1305();
    byte[] tag = new byte[16];
    poly1305.init(key, 0);
    poly1305.updateLast(message, 0, message.length);
    poly1305.finish(tag, 0);
    return tag;
  }

  private static byte[] bouncyCastle(byte[] key, byte[] message) {
    var mac = new org.bouncycastle.crypto.macs.Poly1305();
    mac.init(new KeyParameter(key));
    mac.update(message, 0, message.length);
    byte[] tag = new byte[16];
    mac.doFinal(tag, 0);
    return tag;
  }

  private static byte[] extreme(Random random, int length) {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int end = Math.min(length, at + 1 + random.nextInt(16));
      int choice = random.nextInt(4);
      Arrays.fill(bytes, at, end, (byte) (choice == 0 ? 0 : choice == 1 ? random.nextInt() : -1));
      at = end;
    }
    return bytes;
  }

  private static String text(String ascii) {
    return Bytes.hex(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
