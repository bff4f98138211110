package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link ChaCha20Poly1305} and {@link XChaCha20Poly1305}. */
final class ChaCha20Poly1305Test {

  private static final byte[] SUNSCREEN =
      ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
              + "future, sunscreen would be it.")
          .getBytes(StandardCharsets.US_ASCII);

  /** RFC 8439 §2.8.2, whose nonce does not begin with zeroes as all of WireGuard's do. */
  @Test
  void sealsTheExampleOfTheRfc() {
    ChaCha20 cipher = new ChaCha20();
    cipher.init(Bytes.counting(0x80, 32), 0, 7, 0x43424140, 0x47464544);
    byte[] ad = Bytes.hex("50515253c0c1c2c3c4c5c6c7");
    byte[] out = new byte[SUNSCREEN.length + 16];
    ChaCha20Poly1305.seal(cipher, ad, 0, ad.length, SUNSCREEN, 0, SUNSCREEN.length, out, 0);
    assertEquals(
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
            + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
            + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
            + "3ff4def08e4b7a9de576d26586cec64b6116"
            + "1ae10b594f09e26a7e902ecbd0600691",
        Bytes.hex(out));
  }

  /** RFC 8439 appendix A.5. */
  @Test
  void opensTheExampleOfTheRfc() {
    byte[] key = Bytes.hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
    long counter = 0x0807060504030201L;
    byte[] ad = Bytes.hex("f33388860000000000004e91");
    byte[] sealed =
        Bytes.hex(
            "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
                + "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
                + "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
                + "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
                + "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
                + "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
                + "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
                + "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
                + "a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38");
    byte[] out = new byte[sealed.length - 16];
    assertTrue(
        ChaCha20Poly1305.open(key, 0, counter, ad, 0, ad.length, sealed, 0, sealed.length, out, 0));
    assertEquals(
        "Internet-Drafts are draft documents valid for a maximum of six months and may be updated,"
            + " replaced, or obsoleted by other documents at any time. It is inappropriate to use"
            + " Internet-Drafts as reference material or to cite them other than as /\u201cwork in"
            + " progress./\u201d",
        new String(out, StandardCharsets.UTF_8));
  }

  /** draft-irtf-cfrg-xchacha-03 appendix A.3.1. */
  @Test
  void sealsAndOpensTheExampleOfTheDraft() {
    byte[] key = Bytes.counting(0x80, 32);
    byte[] nonce = Bytes.counting(0x40, 24);
    byte[] ad = Bytes.hex("50515253c0c1c2c3c4c5c6c7");
    byte[] sealed = new byte[SUNSCREEN.length + 16];
    XChaCha20Poly1305.seal(key, nonce, ad, SUNSCREEN, sealed);
    assertEquals(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
            + "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
            + "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
            + "21f9664c97637da9768812f615c68b13b52e"
            + "c0875924c1c7987947deafd8780acf49",
        Bytes.hex(sealed));
    byte[] opened = new byte[SUNSCREEN.length];
    assertTrue(XChaCha20Poly1305.open(key, nonce, ad, sealed, opened));
    assertArrayEquals(SUNSCREEN, opened);
    for (int i = 0; i < nonce.length; i++) {
      byte[] otherNonce = nonce.clone();
      otherNonce[i] ^= 1;
      assertFalse(XChaCha20Poly1305.open(key, otherNonce, ad, sealed, opened), "nonce " + i);
    }
    byte[] otherAd = ad.clone();
    otherAd[3] ^= 1;
    assertFalse(XChaCha20Poly1305.open(key, nonce, otherAd, sealed, opened));
  }

  @Test
  void agreesWithBouncyCastleForEveryLength() {
    Random random = new Random(8439);
    for (int length = 0; length <= 300; length++) {
      byte[] key = Bytes.random(random, 32);
      byte[] ad = Bytes.random(random, random.nextInt(70));
      byte[] message = Bytes.random(random, length);
      long counter = random.nextLong();
      byte[] sealed = seal(key, counter, ad, message);
      assertArrayEquals(
          BouncyCastle.seal(key, BouncyCastle.nonce(counter), ad, message),
          sealed,
          "length " + length);
      byte[] opened = new byte[length];
      assertTrue(open(key, counter, ad, sealed, opened));
      assertArrayEquals(message, opened);
    }
  }

  @Test
  void worksInPlaceAndWithinLargerArrays() {
    byte[] key = Bytes.counting(5, 40);
    byte[] expected = seal(Arrays.copyOfRange(key, 8, 40), 9, new byte[0], SUNSCREEN);
    byte[] array = new byte[200];
    System.arraycopy(SUNSCREEN, 0, array, 50, SUNSCREEN.length);
    ChaCha20Poly1305.seal(key, 8, 9, new byte[3], 3, 0, array, 50, SUNSCREEN.length, array, 50);
    assertArrayEquals(expected, Arrays.copyOfRange(array, 50, 50 + expected.length));
    assertTrue(
        ChaCha20Poly1305.open(key, 8, 9, new byte[3], 3, 0, array, 50, expected.length, array, 50));
    assertArrayEquals(SUNSCREEN, Arrays.copyOfRange(array, 50, 50 + SUNSCREEN.length));
  }

  @Test
  void refusesEveryForgedBitAndLeavesTheOutputAlone() {
    byte[] key = Bytes.counting(1, 32);
    byte[] ad = Bytes.counting(50, 32);
    byte[] sealed = seal(key, 0, ad, Bytes.counting(0, 12));
    byte[] out = new byte[12];
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] forged = sealed.clone();
      forged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertFalse(open(key, 0, ad, forged, out), "bit " + bit);
    }
    for (int bit = 0; bit < ad.length * 8; bit++) {
      byte[] otherAd = ad.clone();
      otherAd[bit / 8] ^= (byte) (1 << (bit % 8));
      assertFalse(open(key, 0, otherAd, sealed, out), "bit " + bit + " of the data");
    }
    assertFalse(open(key, 1, ad, sealed, out));
    assertFalse(open(key, 0, new byte[0], sealed, out));
    assertFalse(open(Bytes.counting(2, 32), 0, ad, sealed, out));
    for (int length = 0; length < sealed.length; length++) {
      assertFalse(open(key, 0, ad, Arrays.copyOf(sealed, length), out), "length " + length);
    }
    assertArrayEquals(new byte[12], out);
  }

  @Test
  void refusesRangesOutsideOfArrays() {
    byte[] key = new byte[32];
    byte[] none = new byte[0];
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> ChaCha20Poly1305.seal(key, 0, 0, none, 0, 0, new byte[8], 0, 8, new byte[23], 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> ChaCha20Poly1305.open(key, 0, 0, none, 0, 0, new byte[23], 0, 24, new byte[8], 0));
  }

  private static byte[] seal(byte[] key, long counter, byte[] ad, byte[] message) {
    byte[] out = new byte[message.length + 16];
    ChaCha20Poly1305.seal(key, 0, counter, ad, 0, ad.length, message, 0, message.length, out, 0);
    return out;
  }

  private static boolean open(byte[] key, long counter, byte[] ad, byte[] sealed, byte[] out) {
    return ChaCha20Poly1305.open(
        key, 0, counter, ad, 0, ad.length, sealed, 0, sealed.length, out, 0);
  }
}
