package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.SECOND;
import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PublicKey;
import dev.warren.packet.Endpoint;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** mac1, mac2 and cookies between the two classes that make and check them. */
class CookieTest {
  private static final Endpoint SENDER = endpoint("192.0.2.1", 51820);

  private final SeededRandom random = new SeededRandom(8);
  private final PublicKey receiver = CryptoEngines.x25519().generate(random).publicKey();
  private final CookieChecker checker = new CookieChecker(receiver, random);
  private final PeerCookie ours = new PeerCookie(receiver);
  private final byte[] message = new byte[Messages.INITIATION_BYTES];
  private final byte[] reply = new byte[Messages.COOKIE_REPLY_BYTES];

  @ParameterizedTest
  @ValueSource(ints = {Messages.INITIATION_BYTES, Messages.RESPONSE_BYTES})
  void mac1CoversAllBeforeIt(int length) {
    stamp(length, START);
    assertTrue(checker.isMac1Valid(message, length));
    for (int bit = 0; bit < 8 * (length - Messages.MAC_BYTES); bit++) {
      message[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(checker.isMac1Valid(message, length), "bit " + bit);
      message[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertTrue(checker.isMac1Valid(message, length));
    CookieChecker another =
        new CookieChecker(CryptoEngines.x25519().generate(random).publicKey(), random);
    assertFalse(another.isMac1Valid(message, length));
  }

  @Test
  void withoutACookieMac2IsZeroAndInvalid() {
    stamp(message.length, START);
    assertTrue(Arrays.equals(message, 132, 148, new byte[16], 0, 16));
    assertFalse(checker.isMac2Valid(message, message.length, SENDER, START));
  }

  @ParameterizedTest
  @ValueSource(ints = {Messages.INITIATION_BYTES, Messages.RESPONSE_BYTES})
  void aCookieMakesMac2Valid(int length) {
    takeCookie(START);
    stamp(length, START);
    assertTrue(checker.isMac1Valid(message, length));
    assertTrue(checker.isMac2Valid(message, length, SENDER, START));
    for (int bit = 0; bit < 8 * length; bit++) {
      message[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(checker.isMac2Valid(message, length, SENDER, START), "bit " + bit);
      message[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void aReplyIsALetterToTheSenderIndex() {
    Messages.putInt(message, Messages.SENDER_OFFSET, 0x12345678);
    stamp(message.length, START);
    checker.createReply(message, message.length, SENDER, reply, START);
    assertEquals(Messages.TYPE_COOKIE_REPLY, Messages.getInt(reply, 0));
    assertEquals(0x12345678, Messages.getInt(reply, Messages.COOKIE_RECEIVER_OFFSET));
    byte[] again = new byte[reply.length];
    checker.createReply(message, message.length, SENDER, again, START);
    assertFalse(Arrays.equals(reply, 8, 32, again, 8, 32), "each reply has a nonce of its own");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 51820, true",
    "192.0.2.1, 51821, false",
    "192.0.2.1, 27850, false", // the port's two bytes swapped
    "192.0.2.2, 51820, false",
    "2001:db8::1, 51820, false",
    "::ffff:192.0.2.1, 51820, false"
  })
  void aCookieIsGoodForOneAddressAndPort(String address, int port, boolean valid) {
    takeCookie(START);
    stamp(message.length, START);
    Endpoint from = endpoint(address, port);
    assertEquals(valid, checker.isMac2Valid(message, message.length, from, START));
  }

  @Test
  void aCookieForAnIpv6AddressIsBoundToAllOfIt() {
    Endpoint sender = endpoint("2001:db8::1:2:3:4", 51820);
    stamp(message.length, START);
    checker.createReply(message, message.length, sender, reply, START);
    assertTrue(ours.consumeReply(reply, START));
    stamp(message.length, START);
    assertTrue(checker.isMac2Valid(message, message.length, sender, START));
    for (String other : new String[] {"2001:db8::1:2:3:5", "2001:db9::1:2:3:4", "::1:2:3:4"}) {
      assertFalse(checker.isMac2Valid(message, message.length, endpoint(other, 51820), START));
    }
  }

  @Test
  void theCheckersSecretLasts120Seconds() {
    takeCookie(START);
    long late = START + 120 * SECOND;
    stamp(message.length, START);
    assertTrue(checker.isMac2Valid(message, message.length, SENDER, late - 1));
    assertFalse(checker.isMac2Valid(message, message.length, SENDER, late));
    // The next reply draws a new secret, under which the old cookie stays invalid.
    checker.createReply(message, message.length, endpoint("192.0.2.9", 1), reply, late);
    assertFalse(checker.isMac2Valid(message, message.length, SENDER, late));
    takeCookie(late);
    stamp(message.length, late);
    assertTrue(checker.isMac2Valid(message, message.length, SENDER, late + 119 * SECOND));
  }

  @Test
  void aReplyWithinItsTimeDoesNotRenewTheSecret() {
    takeCookie(START);
    stamp(message.length, START);
    checker.createReply(message, message.length, SENDER, reply, START + 119 * SECOND);
    assertTrue(checker.isMac2Valid(message, message.length, SENDER, START + 119 * SECOND));
    assertFalse(checker.isMac2Valid(message, message.length, SENDER, START + 120 * SECOND));
  }

  @Test
  void theSenderUsesACookieFor115Seconds() {
    takeCookie(START);
    stamp(message.length, START + 115 * SECOND - 1);
    assertTrue(checker.isMac2Valid(message, message.length, SENDER, START));
    stamp(message.length, START + 115 * SECOND);
    assertTrue(Arrays.equals(message, 132, 148, new byte[16], 0, 16));
  }

  @Test
  void aForgedReplyChangesNothing() {
    stamp(message.length, START);
    checker.createReply(message, message.length, SENDER, reply, START);
    for (int bit = 8 * Messages.COOKIE_NONCE_OFFSET; bit < 8 * reply.length; bit++) {
      reply[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(ours.consumeReply(reply, START), "bit " + bit);
      reply[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertTrue(ours.consumeReply(reply, START));
  }

  @Test
  void aReplyCountsOnceAndOnlyForTheLastMessage() {
    assertFalse(ours.consumeReply(reply, START), "nothing was sent yet");
    stamp(message.length, START);
    checker.createReply(message, message.length, SENDER, reply, START);
    message[10]++;
    stamp(message.length, START);
    assertFalse(ours.consumeReply(reply, START), "it answers an older message");
    checker.createReply(message, message.length, SENDER, reply, START);
    assertTrue(ours.consumeReply(reply, START));
    assertFalse(ours.consumeReply(reply, START), "it was taken");
  }

  private void takeCookie(long now) {
    stamp(message.length, now);
    checker.createReply(message, message.length, SENDER, reply, now);
    assertTrue(ours.consumeReply(reply, now));
  }

  private void stamp(int length, long now) {
    ours.stamp(message, length, now);
  }

  private static Endpoint endpoint(String address, int port) {
    return new Endpoint(Packets.address(address), port);
  }
}
