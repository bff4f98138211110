package dev.warren.protocol;

import dev.warren.crypto.Blake2s;
import dev.warren.crypto.ChaCha20Poly1305;
import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.Kdf;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.packet.owner.Confined;
import java.nio.charset.StandardCharsets;

/**
 * The symmetric state of one Noise handshake: chaining key and transcript hash.
 *
 * <p>The methods are the steps of the Noise specification with the payloads that WireGuard gives
 * them. Every AEAD here uses nonce 0 and the transcript hash as associated data.
 *
 * <p><b>Errors:</b> {@link #mixDh} and the {@code decrypt} methods answer false; the state is then
 * useless and to be wiped.
 *
 * <p><b>Source:</b> Noise revision 34 §5.2, §9 (psk); whitepaper §5.4.2, §5.4.3.
 */
@Confined("device")
final class NoiseState {
  private static final byte[] CONSTRUCTION =
      "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IDENTIFIER =
      "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY = new byte[0];
  private static final byte[] INITIAL_CHAINING_KEY = hash(CONSTRUCTION, EMPTY);
  private static final byte[] INITIAL_HASH = hash(INITIAL_CHAINING_KEY, IDENTIFIER);

  private final byte[] chainingKey;
  private final byte[] hash;

  private NoiseState(byte[] chainingKey, byte[] hash) {
    this.chainingKey = chainingKey;
    this.hash = hash;
  }

  /** The start of a handshake in which the responder's static key is known beforehand. */
  static NoiseState start(PublicKey responder) {
    return start(INITIAL_CHAINING_KEY, INITIAL_HASH, responder);
  }

  /** The same with another protocol name and prologue, for the published test vectors. */
  static NoiseState start(byte[] chainingKey, byte[] hash, PublicKey responder) {
    NoiseState state = new NoiseState(chainingKey.clone(), hash.clone());
    state.mixHash(responder.bytes());
    return state;
  }

  static byte[] hash(byte[] a, byte[] b) {
    byte[] out = new byte[Blake2s.HASH_BYTES];
    Blake2s blake = new Blake2s();
    blake.reset(Blake2s.HASH_BYTES);
    blake.update(a);
    blake.update(b);
    blake.finish(out, 0);
    return out;
  }

  void mixHash(byte[] data) {
    mixHash(data, 0, data.length);
  }

  void mixHash(byte[] data, int offset, int length) {
    Blake2s blake = new Blake2s();
    blake.reset(Blake2s.HASH_BYTES);
    blake.update(hash);
    blake.update(data, offset, length);
    blake.finish(hash, 0);
  }

  /** An ephemeral key enters the hash and, since there is a preshared key, the chaining key. */
  void mixEphemeral(byte[] message, int offset) {
    byte[] ephemeral = new byte[PublicKey.BYTES];
    System.arraycopy(message, offset, ephemeral, 0, ephemeral.length);
    mixHash(ephemeral);
    Kdf.kdf1(chainingKey, ephemeral, chainingKey);
  }

  /** Mixes a Diffie-Hellman result; false when it is all zero. */
  boolean mixDh(PrivateKey own, PublicKey other) {
    byte[] shared = new byte[32];
    boolean ok = own.agree(other, shared);
    if (ok) {
      Kdf.kdf1(chainingKey, shared, chainingKey);
    }
    ConstantTime.wipe(shared);
    return ok;
  }

  /** Mixes the preshared key (zeros when there is none) and leaves the key for the next payload. */
  void mixPsk(byte[] psk, byte[] key) {
    byte[] tau = new byte[32];
    Kdf.kdf3(chainingKey, psk, chainingKey, tau, key);
    mixHash(tau);
    ConstantTime.wipe(tau);
  }

  /** Mixes a Diffie-Hellman result and leaves a key for the next payload; false when all zero. */
  boolean mixDh(PrivateKey own, PublicKey other, byte[] key) {
    byte[] shared = new byte[32];
    boolean ok = own.agree(other, shared);
    if (ok) {
      mixShared(shared, key);
    }
    ConstantTime.wipe(shared);
    return ok;
  }

  /** Mixes a Diffie-Hellman result computed beforehand and leaves a key for the next payload. */
  void mixShared(byte[] shared, byte[] key) {
    Kdf.kdf2(chainingKey, shared, chainingKey, key);
  }

  /** Encrypts {@code length} bytes of {@code plain} and its tag to {@code out}. */
  void encrypt(byte[] key, byte[] plain, int length, byte[] out, int offset) {
    ChaCha20Poly1305.seal(key, 0, 0, hash, 0, hash.length, plain, 0, length, out, offset);
    mixHash(out, offset, length + Messages.TAG_BYTES);
  }

  /** Decrypts {@code length} bytes, tag included; false when they are forged. */
  boolean decrypt(byte[] key, byte[] in, int offset, int length, byte[] plain) {
    if (!ChaCha20Poly1305.open(key, 0, 0, hash, 0, hash.length, in, offset, length, plain, 0)) {
      return false;
    }
    mixHash(in, offset, length);
    return true;
  }

  /** Derives the two transport keys: first the initiator's sending key. */
  void split(byte[] initiatorKey, byte[] responderKey) {
    Kdf.kdf2(chainingKey, EMPTY, initiatorKey, responderKey);
  }

  /** The same state once more, to try a message on. */
  NoiseState copy() {
    return new NoiseState(chainingKey.clone(), hash.clone());
  }

  byte[] handshakeHash() {
    return hash.clone();
  }

  void wipe() {
    ConstantTime.wipe(chainingKey, hash);
  }
}
