package dev.warren.protocol;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One peer's handshake: Noise IKpsk2 as initiator and as responder.
 *
 * <p>A message is consumed on copies first: what turns out to be forged changes nothing.
 *
 * <p><b>Shape:</b> messages are as in {@link Messages}; their macs are {@link CookieChecker}'s and
 * {@link PeerCookie}'s.
 *
 * <p><b>Errors:</b> false or a {@link DropReason}.
 *
 * <p><b>Source:</b> whitepaper §5.4.2 to §5.4.5.
 */
@Confined("device")
final class Handshake implements IndexTable.Receiver {
  private static final byte[] EMPTY = new byte[0];

  /** How far it came. */
  enum State {
    ZEROED,
    CREATED_INITIATION,
    CONSUMED_INITIATION,
    CREATED_RESPONSE,
    CONSUMED_RESPONSE
  }

  private final Peer peer;
  private final PublicKey remoteStatic;
  private final X25519 x25519;
  private final RandomSource random;

  /** DH(own static, remote static), the same in every handshake; made when first needed. */
  private @Nullable Secret staticStatic;

  private @Nullable Secret presharedKey;

  private State state = State.ZEROED;
  private @Nullable NoiseState noise;
  private @Nullable PrivateKey ephemeral;
  private @Nullable PublicKey remoteEphemeral;
  private int localIndex;
  private int remoteIndex;

  private final byte[] latestTimestamp = new byte[Messages.TIMESTAMP_BYTES];
  private long lastInitiationConsumed = PeerTimers.NEVER;

  Handshake(Peer peer, X25519 x25519, RandomSource random) {
    this.peer = peer;
    this.remoteStatic = peer.publicKey();
    this.x25519 = x25519;
    this.random = random;
  }

  Peer peer() {
    return peer;
  }

  State state() {
    return state;
  }

  int localIndex() {
    return localIndex;
  }

  int remoteIndex() {
    return remoteIndex;
  }

  @Nullable Secret presharedKey() {
    return presharedKey;
  }

  /** Sets the preshared key of the next handshake, also of one under way; null for none. */
  void presharedKey(@Nullable Secret key) {
    if (presharedKey != null) {
      presharedKey.wipe();
    }
    presharedKey = key;
  }

  /** Follows a change of the device's own key. The caller has cleared the handshake. */
  void forgetStaticStatic() {
    if (staticStatic != null) {
      staticStatic.wipe();
      staticStatic = null;
    }
  }

  /** Mixes DH(own static, remote static); false for a low-order key, which never shakes hands. */
  private boolean mixStaticStatic(Identity identity, NoiseState noise, byte[] key) {
    byte[] shared = new byte[Secret.BYTES];
    if (staticStatic != null) {
      staticStatic.copyTo(shared, 0);
    } else if (identity.privateKey().agree(remoteStatic, shared)) {
      staticStatic = Secret.of(shared, 0);
    } else {
      return false;
    }
    noise.mixShared(shared, key);
    ConstantTime.wipe(shared);
    return true;
  }

  /** Writes an initiation without its macs. */
  boolean createInitiation(
      Identity identity, TimestampSource timestamps, IndexTable indices, byte[] message) {
    clear(indices);
    NoiseState noise = NoiseState.start(remoteStatic);
    PrivateKey ephemeral = x25519.generate(random);
    byte[] key = new byte[32];
    this.noise = noise;
    this.ephemeral = ephemeral;
    ephemeral.publicKey().copyTo(message, Messages.INITIATION_EPHEMERAL_OFFSET);
    noise.mixEphemeral(message, Messages.INITIATION_EPHEMERAL_OFFSET);
    if (!noise.mixDh(ephemeral, remoteStatic, key)) {
      clear(indices);
      return false;
    }
    byte[] own = identity.publicKey().bytes();
    noise.encrypt(key, own, own.length, message, Messages.INITIATION_STATIC_OFFSET);
    if (!mixStaticStatic(identity, noise, key)) {
      clear(indices);
      return false;
    }
    byte[] timestamp = new byte[Messages.TIMESTAMP_BYTES];
    timestamps.next(timestamp);
    noise.encrypt(key, timestamp, timestamp.length, message, Messages.INITIATION_TIMESTAMP_OFFSET);
    ConstantTime.wipe(key);
    localIndex = indices.insert(this);
    Messages.putInt(message, Messages.TYPE_OFFSET, Messages.TYPE_INITIATION);
    Messages.putInt(message, Messages.SENDER_OFFSET, localIndex);
    state = State.CREATED_INITIATION;
    return true;
  }

  /** An initiation that decrypted as far as its sender's key. */
  record OpenedInitiation(NoiseState noise, PublicKey remoteStatic, PublicKey remoteEphemeral) {}

  /** Reads whom an initiation is from; null when it is forged. */
  static @Nullable OpenedInitiation open(Identity identity, byte[] message) {
    NoiseState noise = NoiseState.start(identity.publicKey());
    byte[] key = new byte[32];
    byte[] remote = new byte[PublicKey.BYTES];
    PublicKey remoteEphemeral = PublicKey.of(message, Messages.INITIATION_EPHEMERAL_OFFSET);
    noise.mixEphemeral(message, Messages.INITIATION_EPHEMERAL_OFFSET);
    boolean ok =
        noise.mixDh(identity.privateKey(), remoteEphemeral, key)
            && noise.decrypt(
                key,
                message,
                Messages.INITIATION_STATIC_OFFSET,
                PublicKey.BYTES + Messages.TAG_BYTES,
                remote);
    ConstantTime.wipe(key);
    if (!ok) {
      noise.wipe();
      return null;
    }
    return new OpenedInitiation(noise, PublicKey.of(remote, 0), remoteEphemeral);
  }

  /**
   * Takes the rest of an initiation, which {@link #open} found to be from this peer.
   *
   * @return null when it is accepted, else why not
   */
  @Nullable DropReason consumeInitiation(
      Identity identity, OpenedInitiation opened, byte[] message, IndexTable indices, long now) {
    byte[] timestamp = new byte[Messages.TIMESTAMP_BYTES];
    DropReason refused = checkInitiation(identity, opened, message, timestamp, now);
    if (refused != null) {
      opened.noise().wipe();
      return refused;
    }
    clear(indices);
    System.arraycopy(timestamp, 0, latestTimestamp, 0, timestamp.length);
    lastInitiationConsumed = now;
    noise = opened.noise();
    remoteEphemeral = opened.remoteEphemeral();
    remoteIndex = Messages.getInt(message, Messages.SENDER_OFFSET);
    state = State.CONSUMED_INITIATION;
    return null;
  }

  private @Nullable DropReason checkInitiation(
      Identity identity, OpenedInitiation opened, byte[] message, byte[] timestamp, long now) {
    byte[] key = new byte[32];
    boolean authentic =
        mixStaticStatic(identity, opened.noise(), key)
            && opened
                .noise()
                .decrypt(
                    key,
                    message,
                    Messages.INITIATION_TIMESTAMP_OFFSET,
                    Messages.TIMESTAMP_BYTES + Messages.TAG_BYTES,
                    timestamp);
    ConstantTime.wipe(key);
    if (!authentic) {
      return DropReason.INVALID_INITIATION;
    }
    if (Arrays.compareUnsigned(timestamp, latestTimestamp) <= 0) {
      return DropReason.REPLAYED_INITIATION;
    }
    if (lastInitiationConsumed != PeerTimers.NEVER
        && now - lastInitiationConsumed < Messages.INITIATION_INTERVAL) {
      return DropReason.INITIATION_FLOOD;
    }
    return null;
  }

  /** Writes the response to the initiation just consumed, without its macs. */
  boolean createResponse(IndexTable indices, byte[] message) {
    NoiseState noise = this.noise;
    PublicKey remoteEphemeral = this.remoteEphemeral;
    if (state != State.CONSUMED_INITIATION || noise == null || remoteEphemeral == null) {
      return false;
    }
    PrivateKey ephemeral = x25519.generate(random);
    this.ephemeral = ephemeral;
    ephemeral.publicKey().copyTo(message, Messages.RESPONSE_EPHEMERAL_OFFSET);
    noise.mixEphemeral(message, Messages.RESPONSE_EPHEMERAL_OFFSET);
    if (!noise.mixDh(ephemeral, remoteEphemeral) || !noise.mixDh(ephemeral, remoteStatic)) {
      clear(indices);
      return false;
    }
    byte[] key = new byte[32];
    mixPsk(noise, key);
    noise.encrypt(key, EMPTY, 0, message, Messages.RESPONSE_EMPTY_OFFSET);
    ConstantTime.wipe(key);
    localIndex = indices.insert(this);
    Messages.putInt(message, Messages.TYPE_OFFSET, Messages.TYPE_RESPONSE);
    Messages.putInt(message, Messages.SENDER_OFFSET, localIndex);
    Messages.putInt(message, Messages.RESPONSE_RECEIVER_OFFSET, remoteIndex);
    state = State.CREATED_RESPONSE;
    return true;
  }

  /** Takes the response to our initiation; false, and nothing changed, when it is forged. */
  boolean consumeResponse(Identity identity, byte[] message) {
    PrivateKey ephemeral = this.ephemeral;
    if (state != State.CREATED_INITIATION || noise == null || ephemeral == null) {
      return false;
    }
    NoiseState noise = this.noise.copy();
    PublicKey remoteEphemeral = PublicKey.of(message, Messages.RESPONSE_EPHEMERAL_OFFSET);
    byte[] key = new byte[32];
    noise.mixEphemeral(message, Messages.RESPONSE_EPHEMERAL_OFFSET);
    boolean ok =
        noise.mixDh(ephemeral, remoteEphemeral)
            && noise.mixDh(identity.privateKey(), remoteEphemeral);
    if (ok) {
      mixPsk(noise, key);
      ok = noise.decrypt(key, message, Messages.RESPONSE_EMPTY_OFFSET, Messages.TAG_BYTES, EMPTY);
    }
    ConstantTime.wipe(key);
    if (!ok) {
      noise.wipe();
      return false;
    }
    this.noise.wipe();
    this.noise = noise;
    this.remoteEphemeral = remoteEphemeral;
    remoteIndex = Messages.getInt(message, Messages.SENDER_OFFSET);
    state = State.CONSUMED_RESPONSE;
    return true;
  }

  /** Turns a finished handshake into a keypair, which takes over the local index. */
  @Nullable Keypair beginSession(AeadEngine engine, IndexTable indices, long now) {
    NoiseState noise = this.noise;
    boolean initiator = state == State.CONSUMED_RESPONSE;
    if (noise == null || (!initiator && state != State.CREATED_RESPONSE)) {
      return null;
    }
    byte[] fromInitiator = new byte[32];
    byte[] fromResponder = new byte[32];
    noise.split(fromInitiator, fromResponder);
    Keypair keypair =
        new Keypair(
            peer,
            engine.create(initiator ? fromInitiator : fromResponder, 0),
            engine.create(initiator ? fromResponder : fromInitiator, 0),
            initiator,
            localIndex,
            remoteIndex,
            now);
    ConstantTime.wipe(fromInitiator, fromResponder);
    indices.replace(localIndex, this, keypair);
    zero();
    return keypair;
  }

  /** Forgets a handshake under way, its index and its keys. */
  void clear(IndexTable indices) {
    if (state != State.ZEROED) {
      indices.remove(localIndex, this);
    }
    zero();
  }

  /** Wipes the long-lived secrets too; the peer is gone. */
  void destroy(IndexTable indices) {
    clear(indices);
    forgetStaticStatic();
    presharedKey(null);
  }

  private void zero() {
    if (noise != null) {
      noise.wipe();
      noise = null;
    }
    if (ephemeral != null) {
      ephemeral.close();
      ephemeral = null;
    }
    remoteEphemeral = null;
    state = State.ZEROED;
  }

  private void mixPsk(NoiseState noise, byte[] key) {
    byte[] psk = new byte[Secret.BYTES];
    if (presharedKey != null) {
      presharedKey.copyTo(psk, 0);
    }
    noise.mixPsk(psk, key);
    ConstantTime.wipe(psk);
  }
}
