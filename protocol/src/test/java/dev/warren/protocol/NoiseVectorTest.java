package dev.warren.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.ChaCha20Poly1305;
import dev.warren.crypto.CryptoEngine;
import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published vector of Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s, of the set that the cacophony
 * library published and that Noise implementations share: both sides, every byte.
 */
class NoiseVectorTest {
  private static final String NAME = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
  private static final byte[] EMPTY = new byte[0];

  private final String json = resource();
  private final List<byte[]> payloads = all("payload");
  private final List<byte[]> ciphertexts = all("ciphertext");

  static Stream<CryptoEngine> engines() {
    return Stream.of(CryptoEngines.jdk(), CryptoEngines.openssl()).filter(Objects::nonNull);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void bothSidesAgreeWithTheVector(CryptoEngine engine) {
    assertEquals(NAME, field("protocol_name"));
    PrivateKey initiator = key(engine, "init_static");
    PrivateKey initiatorEphemeral = key(engine, "init_ephemeral");
    PrivateKey responder = key(engine, "resp_static");
    PrivateKey responderEphemeral = key(engine, "resp_ephemeral");
    assertEquals(field("init_remote_static"), responder.publicKey().toHex());
    NoiseState ours = start(responder.publicKey());
    NoiseState theirs = start(responder.publicKey());

    byte[] initiation = ciphertexts.get(0);
    byte[] payload = payloads.get(0);
    byte[] written = new byte[initiation.length];
    byte[] key = new byte[32];
    initiatorEphemeral.publicKey().copyTo(written, 0);
    ours.mixEphemeral(written, 0);
    assertTrue(ours.mixDh(initiatorEphemeral, responder.publicKey(), key));
    ours.encrypt(key, initiator.publicKey().bytes(), 32, written, 32);
    assertTrue(ours.mixDh(initiator, responder.publicKey(), key));
    ours.encrypt(key, payload, payload.length, written, 80);
    assertArrayEquals(initiation, written);

    byte[] readStatic = new byte[32];
    byte[] readPayload = new byte[payload.length];
    PublicKey ephemeral = PublicKey.of(initiation, 0);
    theirs.mixEphemeral(initiation, 0);
    assertTrue(theirs.mixDh(responder, ephemeral, key));
    assertTrue(theirs.decrypt(key, initiation, 32, 48, readStatic));
    assertArrayEquals(initiator.publicKey().bytes(), readStatic);
    assertTrue(theirs.mixDh(responder, PublicKey.of(readStatic, 0), key));
    assertTrue(theirs.decrypt(key, initiation, 80, initiation.length - 80, readPayload));
    assertArrayEquals(payload, readPayload);

    byte[] response = ciphertexts.get(1);
    payload = payloads.get(1);
    written = new byte[response.length];
    responderEphemeral.publicKey().copyTo(written, 0);
    theirs.mixEphemeral(written, 0);
    assertTrue(theirs.mixDh(responderEphemeral, ephemeral));
    assertTrue(theirs.mixDh(responderEphemeral, initiator.publicKey()));
    theirs.mixPsk(hex(field("resp_psks")), key);
    theirs.encrypt(key, payload, payload.length, written, 32);
    assertArrayEquals(response, written);

    readPayload = new byte[payload.length];
    PublicKey answer = PublicKey.of(response, 0);
    ours.mixEphemeral(response, 0);
    assertTrue(ours.mixDh(initiatorEphemeral, answer));
    assertTrue(ours.mixDh(initiator, answer));
    ours.mixPsk(hex(field("init_psks")), key);
    assertTrue(ours.decrypt(key, response, 32, response.length - 32, readPayload));
    assertArrayEquals(payload, readPayload);

    assertArrayEquals(hex(field("handshake_hash")), ours.handshakeHash());
    assertArrayEquals(hex(field("handshake_hash")), theirs.handshakeHash());
    assertTransportMessages(ours);
    assertTransportMessages(theirs);
  }

  private void assertTransportMessages(NoiseState finished) {
    byte[] fromInitiator = new byte[32];
    byte[] fromResponder = new byte[32];
    finished.split(fromInitiator, fromResponder);
    for (int i = 2; i < payloads.size(); i++) {
      byte[] key = i % 2 == 0 ? fromInitiator : fromResponder;
      byte[] plain = payloads.get(i);
      byte[] sealed = new byte[plain.length + 16];
      ChaCha20Poly1305.seal(key, 0, i / 2 - 1, EMPTY, 0, 0, plain, 0, plain.length, sealed, 0);
      assertArrayEquals(ciphertexts.get(i), sealed, "message " + i);
    }
    assertEquals(6, payloads.size());
  }

  private NoiseState start(PublicKey responder) {
    byte[] name = NoiseState.hash(NAME.getBytes(US_ASCII), EMPTY);
    byte[] withPrologue = NoiseState.hash(name, hex(field("init_prologue")));
    return NoiseState.start(name, withPrologue, responder);
  }

  private PrivateKey key(CryptoEngine engine, String name) {
    return engine.x25519().importPrivate(Objects.requireNonNull(Secret.parseHex(field(name))));
  }

  private String field(String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":[\\s\\[]*\"([^\"]*)\"").matcher(json);
    assertTrue(matcher.find(), name);
    return matcher.group(1);
  }

  private List<byte[]> all(String name) {
    List<byte[]> found = new ArrayList<>();
    Matcher matcher = Pattern.compile("\"" + name + "\": \"(\\w*)\"").matcher(json);
    while (matcher.find()) {
      found.add(hex(matcher.group(1)));
    }
    return found;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static String resource() {
    try (InputStream in = NoiseVectorTest.class.getResourceAsStream("noise-ikpsk2.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), US_ASCII);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
