package dev.warren.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChaCha20Test {

  /** RFC 8439 §2.3.2 and appendix A.1: key, nonce, block, key stream. */
  @ParameterizedTest
  @CsvSource({
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f,"
        + " 000000090000004a00000000, 1,"
        + " 10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        + "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
    "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, 0,"
        + " 76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
    "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, 1,"
        + " 9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
        + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
    "0000000000000000000000000000000000000000000000000000000000000001, 000000000000000000000000, 1,"
        + " 3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
        + "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
    "00ff000000000000000000000000000000000000000000000000000000000000, 000000000000000000000000, 2,"
        + " 72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
        + "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
    "0000000000000000000000000000000000000000000000000000000000000000, 000000000000000000000002, 0,"
        + " c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
        + "8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d",
  })
  void yieldsTheKeyStreamOfTheRfc(String key, String nonce, int blockIndex, String expected) {
    ByteBuffer words = ByteBuffer.wrap(Bytes.hex(nonce)).order(ByteOrder.LITTLE_ENDIAN);
    ChaCha20 cipher = new ChaCha20();
    cipher.init(Bytes.hex(key), 0, words.getInt(), words.getInt(), words.getInt());
    byte[] block = new byte[64];
    for (int i = 0; i <= blockIndex; i++) {
      cipher.nextBlock(block);
    }
    assertEquals(expected, Bytes.hex(block));
  }

  /** RFC 8439 §2.4.2: the message starts at block 1. */
  @Test
  void encryptsTheMessageOfTheRfc() {
    byte[] message =
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                + "future, sunscreen would be it.")
            .getBytes(StandardCharsets.US_ASCII);
    ChaCha20 cipher = new ChaCha20();
    cipher.init(Bytes.counting(0, 32), 0, 0, 0x4a000000, 0);
    cipher.nextBlock(new byte[64]);
    cipher.xor(message, 0, message.length, message, 0);
    assertEquals(
        "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b"
            + "f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8"
            + "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736"
            + "5af90bbf74a35be6b40b8eedf2785e42874d",
        Bytes.hex(message));
  }

  /** draft-irtf-cfrg-xchacha-03 §2.2.1. */
  @Test
  void derivesTheSubkeyOfTheDraft() {
    byte[] subkey = new byte[32];
    new ChaCha20()
        .hChaCha20(
            Bytes.counting(0, 32), 0, Bytes.hex("000000090000004a0000000031415927"), 0, subkey);
    assertEquals(
        "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc", Bytes.hex(subkey));
  }

  @Test
  void leavesNothingBehindWhenWiped() throws ReflectiveOperationException {
    ChaCha20 cipher = new ChaCha20();
    cipher.init(Bytes.counting(1, 32), 0, 1, 2, 3);
    cipher.xor(new byte[100], 0, 100, new byte[100], 0);
    cipher.wipe();
    Traces.assertAllZero(cipher);
  }
}
