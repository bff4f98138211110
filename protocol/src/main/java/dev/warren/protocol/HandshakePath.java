package dev.warren.protocol;

import dev.warren.crypto.PublicKey;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Thinning;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Handshake messages, in and out.
 *
 * <p>Those that come in are queued and worked off a few at a time between batches of data, since
 * one costs as much as a hundred data packets. The queue holds {@link
 * Messages#MAX_QUEUED_HANDSHAKES}; when it is full the newest is dropped. An eighth of that means
 * being under load: for the next second every message must prove where it comes from (mac2) and
 * each source gets only so many.
 *
 * <p><b>Errors:</b> a {@link DropReason}; nothing unauthenticated is ever answered but by a cookie
 * reply under load.
 *
 * <p><b>Source:</b> whitepaper §5.3, §5.4; kernel behaviour (queue, stickiness, order of checks).
 */
@Confined("device")
final class HandshakePath {
  private final Device device;
  private final Resources resources;
  private final Counters counters;
  private final Outbox outbox;
  private final TimestampSource timestamps;
  private final RateLimiter rateLimiter = new RateLimiter();
  private final HandshakeFlood flood;

  // The queue: a ring of messages, each in a row as long as the longest.
  private final byte[] rows = new byte[Messages.MAX_QUEUED_HANDSHAKES * Messages.INITIATION_BYTES];
  private final int[] lengths = new int[Messages.MAX_QUEUED_HANDSHAKES];
  private final @Nullable Endpoint[] sources = new Endpoint[Messages.MAX_QUEUED_HANDSHAKES];
  private int head;
  private int queued;
  private long lastUnderLoadNanos = PeerTimers.NEVER;

  private final byte[] message = new byte[Messages.INITIATION_BYTES];

  HandshakePath(
      Device device,
      Resources resources,
      Counters counters,
      Outbox outbox,
      TimestampSource timestamps) {
    this.device = device;
    this.resources = resources;
    this.counters = counters;
    this.outbox = outbox;
    this.timestamps = timestamps;
    this.flood = new HandshakeFlood(counters);
  }

  HandshakeFlood flood() {
    return flood;
  }

  int queued() {
    return queued;
  }

  /**
   * Copies a message that is no transport data to the queue; {@code type} is 0 when it has none.
   */
  @Nullable DropReason enqueue(Batch batch, int slot, int type) {
    int length = batch.length(slot);
    flood.arrived(Thinning.kind(batch.memory(), batch.offset(slot), length));
    boolean wellFormed =
        switch (type) {
          case Messages.TYPE_INITIATION -> length == Messages.INITIATION_BYTES;
          case Messages.TYPE_RESPONSE -> length == Messages.RESPONSE_BYTES;
          case Messages.TYPE_COOKIE_REPLY -> length == Messages.COOKIE_REPLY_BYTES;
          default -> false;
        };
    Endpoint from = batch.endpoint(slot);
    if (!wellFormed || from == null) {
      return DropReason.MALFORMED_MESSAGE;
    }
    if (queued == Messages.MAX_QUEUED_HANDSHAKES) {
      return DropReason.HANDSHAKE_QUEUE_FULL;
    }
    int row = (head + queued++) % Messages.MAX_QUEUED_HANDSHAKES;
    MemorySegment.copy(
        batch.memory(),
        ValueLayout.JAVA_BYTE,
        batch.offset(slot),
        rows,
        row * Messages.INITIATION_BYTES,
        length);
    lengths[row] = length;
    sources[row] = from;
    return null;
  }

  /** Works off at most {@code max} messages; answers how many it did. */
  int process(int max, long now) {
    int done = 0;
    while (done < max && queued > 0) {
      if (queued >= Messages.UNDER_LOAD_HANDSHAKES) {
        lastUnderLoadNanos = now;
      }
      int length = lengths[head];
      Endpoint from = sources[head];
      System.arraycopy(rows, head * Messages.INITIATION_BYTES, message, 0, length);
      sources[head] = null;
      head = (head + 1) % Messages.MAX_QUEUED_HANDSHAKES;
      queued--;
      done++;
      DropReason refused =
          from == null ? DropReason.MALFORMED_MESSAGE : consume(message, length, from, now);
      if (refused != null) {
        counters.drop(refused);
      }
    }
    return done;
  }

  /** Forgets what is queued; the device goes down. */
  void clear() {
    Arrays.fill(sources, null);
    head = 0;
    queued = 0;
  }

  boolean isUnderLoad(long now) {
    // What is left of a flood may be too little to fill the queue, but it is a flood all the same.
    return flood.isThinning()
        || (lastUnderLoadNanos != PeerTimers.NEVER
            && now - lastUnderLoadNanos < Messages.UNDER_LOAD_STICKY);
  }

  private @Nullable DropReason consume(byte[] message, int length, Endpoint from, long now) {
    Identity identity = device.identity();
    CookieChecker checker = device.cookieChecker();
    if (identity == null || checker == null) {
      return DropReason.NO_IDENTITY;
    }
    int type = Messages.getInt(message, Messages.TYPE_OFFSET);
    if (type == Messages.TYPE_COOKIE_REPLY) {
      return consumeCookieReply(message, now);
    }
    if (!checker.isMac1Valid(message, length)) {
      return DropReason.INVALID_MAC1;
    }
    if (isUnderLoad(now)) {
      if (!checker.isMac2Valid(message, length, from, now)) {
        sendCookieReply(checker, message, length, from, now);
        return DropReason.COOKIE_REQUIRED;
      }
      if (!rateLimiter.allow(from.address(), now)) {
        return DropReason.RATE_LIMITED;
      }
    }
    return type == Messages.TYPE_INITIATION
        ? consumeInitiation(identity, message, from, now)
        : consumeResponse(identity, message, from, now);
  }

  private @Nullable DropReason consumeCookieReply(byte[] message, long now) {
    int index = Messages.getInt(message, Messages.COOKIE_RECEIVER_OFFSET);
    Peer peer =
        switch (resources.indices().lookup(index)) {
          case Handshake handshake -> handshake.peer();
          case Keypair keypair -> keypair.peer();
          case null -> null;
        };
    boolean accepted = peer != null && peer.cookie().consumeReply(message, now);
    return accepted ? null : DropReason.INVALID_COOKIE_REPLY;
  }

  private @Nullable DropReason consumeInitiation(
      Identity identity, byte[] message, Endpoint from, long now) {
    Handshake.OpenedInitiation opened = Handshake.open(identity, message);
    if (opened == null) {
      return DropReason.INVALID_INITIATION;
    }
    Peer peer = device.peer(opened.remoteStatic());
    if (peer == null) {
      opened.noise().wipe();
      return DropReason.UNKNOWN_PEER;
    }
    DropReason refused =
        peer.handshake().consumeInitiation(identity, opened, message, resources.indices(), now);
    if (refused != null) {
      return refused;
    }
    peer.roam(from);
    sendResponse(peer, now);
    if (peer.timers().isRetrying() && peer.hasSentHandshake()) {
      boolean givesWay = comesBefore(identity.publicKey(), peer.publicKey());
      peer.timers().handshakesCrossed(peer.nextHandshakeNanos(), givesWay);
    }
    authenticated(peer, Messages.INITIATION_BYTES, now);
    return null;
  }

  private @Nullable DropReason consumeResponse(
      Identity identity, byte[] message, Endpoint from, long now) {
    int index = Messages.getInt(message, Messages.RESPONSE_RECEIVER_OFFSET);
    if (!(resources.indices().lookup(index) instanceof Handshake handshake)
        || !handshake.consumeResponse(identity, message)) {
      return DropReason.INVALID_RESPONSE;
    }
    Peer peer = handshake.peer();
    peer.roam(from);
    Keypair keypair = handshake.beginSession(resources.aead(), resources.indices(), now);
    if (keypair != null) {
      peer.keypairs().addAsInitiator(keypair);
      peer.timers().sessionDerived(now);
      device.handshakeComplete(peer);
      // The responder may not send before it hears from us with the new keys.
      device.outbound().sendKeepalive(peer, now);
    }
    authenticated(peer, Messages.RESPONSE_BYTES, now);
    return null;
  }

  private static boolean comesBefore(PublicKey one, PublicKey other) {
    return Arrays.compareUnsigned(one.bytes(), other.bytes()) < 0;
  }

  private static void authenticated(Peer peer, int messageBytes, long now) {
    peer.addRxBytes(messageBytes);
    peer.timers().authenticatedPacketReceived();
    peer.timers().authenticatedPacketTraversed(now);
  }

  /** Sends an initiation, unless one went out too short a time ago. */
  void sendInitiation(Peer peer, long now) {
    Identity identity = device.identity();
    Endpoint endpoint = peer.endpoint();
    if (identity == null || endpoint == null) {
      peer.timers().unableToSend(now);
      return;
    }
    if (!device.isUp()) {
      return;
    }
    if (!peer.maySendHandshake(now)) {
      peer.timers().handshakeTooEarly(peer.nextHandshakeNanos());
      return;
    }
    byte[] initiation = new byte[Messages.INITIATION_BYTES];
    if (!peer.handshake().createInitiation(identity, timestamps, resources.indices(), initiation)) {
      return;
    }
    peer.timers().handshakeInitiated(now);
    sendHandshake(peer, initiation, endpoint, now);
  }

  private void sendResponse(Peer peer, long now) {
    Endpoint endpoint = peer.endpoint();
    byte[] response = new byte[Messages.RESPONSE_BYTES];
    if (endpoint == null || !peer.handshake().createResponse(resources.indices(), response)) {
      return;
    }
    Keypair keypair = peer.handshake().beginSession(resources.aead(), resources.indices(), now);
    if (keypair == null) {
      return;
    }
    peer.keypairs().addAsResponder(keypair);
    peer.timers().sessionDerived(now);
    sendHandshake(peer, response, endpoint, now);
  }

  private void sendHandshake(Peer peer, byte[] message, Endpoint endpoint, long now) {
    peer.cookie().stamp(message, message.length, now);
    peer.sentHandshake(now);
    peer.addTxBytes(message.length);
    peer.timers().authenticatedPacketTraversed(now);
    peer.timers().authenticatedPacketSent();
    outbox.datagram(message, message.length, endpoint, Messages.HANDSHAKE_TOS);
  }

  private void sendCookieReply(
      CookieChecker checker, byte[] message, int length, Endpoint from, long now) {
    byte[] reply = new byte[Messages.COOKIE_REPLY_BYTES];
    checker.createReply(message, length, from, reply, now);
    outbox.datagram(reply, reply.length, from, Messages.HANDSHAKE_TOS);
  }
}
