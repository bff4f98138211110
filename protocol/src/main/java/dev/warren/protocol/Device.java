package dev.warren.protocol;

import dev.warren.crypto.AeadEngine;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.crypto.X25519;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Confined;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole WireGuard device but for its I/O, its thread and its clocks, which are handed in.
 *
 * <p>The engine brings batches from either side, takes away what becomes of them, flushes the
 * {@link Outbox}, and calls {@link #onDeadline} when {@link #nextDeadlineNanos} has come.
 *
 * <p><b>Units:</b> {@code now} is the monotonic clock in nanoseconds, never negative.
 *
 * <p><b>Owner:</b> one thread, the device's; {@link #counters} any thread.
 *
 * <p><b>Errors:</b> no packet makes a method throw; what is dropped is counted.
 *
 * <p><b>Source:</b> the whitepaper as a whole.
 */
@Confined("device")
public final class Device {
  private static final int DEFAULT_MTU = 1420;
  private static final long STAGED_BUDGET_BYTES = 32L << 20;

  private final Counters counters = new Counters();
  private final Resources resources;
  private final WallClock wallClock;
  private final Outbox outbox;
  private final AllowedIps<Peer> allowedIps = new AllowedIps<>();
  private final Map<PublicKey, Peer> peers = new LinkedHashMap<>();
  private final HandshakePath handshakes;
  private final OutboundPath outbound;
  private final InboundPath inbound;
  private final DeviceConfiguration configuration = new DeviceConfiguration(this);
  private final PeerTimers.Actions timerActions = new TimerActions();

  private @Nullable Identity identity;
  private @Nullable CookieChecker cookieChecker;
  private int mtu = DEFAULT_MTU;
  private boolean isUp;

  /** A device without key and peers, down. */
  public Device(
      X25519 x25519,
      AeadEngine aead,
      RandomSource random,
      WallClock wallClock,
      Outbox.Outlet outlet) {
    this(x25519, aead, random, wallClock, outlet, Spread.INLINE);
  }

  /** The same, with sealing and opening spread; the engine's contexts must bear that. */
  public Device(
      X25519 x25519,
      AeadEngine aead,
      RandomSource random,
      WallClock wallClock,
      Outbox.Outlet outlet,
      Spread spread) {
    this.wallClock = wallClock;
    this.outbox = new Outbox(outlet);
    this.resources =
        new Resources(
            x25519,
            aead,
            random,
            new IndexTable(random),
            new DeadlineHeap(),
            new StagedPackets.Budget(STAGED_BUDGET_BYTES));
    this.handshakes =
        new HandshakePath(this, resources, counters, outbox, new TimestampSource(wallClock));
    this.outbound = new OutboundPath(this, allowedIps, counters, outbox, spread);
    this.inbound = new InboundPath(this, handshakes, allowedIps, counters, spread);
  }

  // The packets' way.

  /** Seals inner packets: afterwards the batch holds messages to send to its endpoints. */
  public void onTunPackets(Batch batch, long now) {
    outbound.onTunPackets(batch, now);
  }

  /**
   * Opens transport data: afterwards the batch holds inner packets for the interface. Handshake
   * messages are queued for {@link #onHandshakes}.
   */
  public void onDatagrams(Batch batch, long now) {
    inbound.onDatagrams(batch, now);
  }

  /**
   * Works off queued handshake messages.
   *
   * @return how many were left behind
   */
  public int onHandshakes(int max, long now) {
    handshakes.process(max, now);
    return handshakes.queued();
  }

  /** Does what the timers say is due. */
  public void onDeadline(long now) {
    PeerTimers due;
    while ((due = resources.deadlines().pollDue(now)) != null) {
      due.expire(timerActions, now);
    }
  }

  /** When {@link #onDeadline} is to be called next; {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    return resources.deadlines().nextNanos();
  }

  /** What is to be let in of handshake messages. */
  public HandshakeFlood flood() {
    return handshakes.flood();
  }

  /** What the device says of its own accord. */
  public Outbox outbox() {
    return outbox;
  }

  /** What was dropped, and why. */
  public Counters counters() {
    return counters;
  }

  // Life of the interface.

  /** The interface is up and the sockets are bound. */
  public void up(long now) {
    if (isUp) {
      return;
    }
    isUp = true;
    for (Peer peer : peers.values()) {
      start(peer, now);
    }
  }

  /** The interface is down: all keys but the configured ones are wiped. */
  public void down() {
    isUp = false;
    handshakes.clear();
    for (Peer peer : peers.values()) {
      stop(peer);
    }
  }

  /** Whether {@link #up} was called last. */
  public boolean isUp() {
    return isUp;
  }

  /** The sticky sources of all endpoints are void: the sockets were bound anew. */
  public void forgetSources() {
    for (Peer peer : peers.values()) {
      peer.forgetSource();
    }
  }

  /** One sticky source is void: its address is gone. */
  public void forgetSource(Endpoint endpoint) {
    for (Peer peer : peers.values()) {
      if (endpoint.equals(peer.endpoint())) {
        peer.forgetSource();
      }
    }
  }

  int mtu() {
    return mtu;
  }

  /** The interface's MTU in bytes: padding goes no further. */
  public void mtu(int bytes) {
    mtu = bytes;
  }

  /** Wipes everything; the device is of no use afterwards. */
  public void close() {
    down();
    for (Peer peer : new ArrayList<>(peers.values())) {
      removePeer(peer);
    }
    setPrivateKey(null);
  }

  // Configuration.

  /**
   * Whether a request can be applied whole.
   *
   * @return 0, or the negative errno that {@link #apply} would answer
   */
  public int check(DeviceChange change) {
    return configuration.check(change);
  }

  /**
   * Applies all of a request but the socket's settings, or nothing of it. Either way the keys in it
   * are taken over or wiped.
   *
   * @return 0 or a negative errno
   */
  public int apply(DeviceChange change, long now) {
    return configuration.apply(change, now);
  }

  /** What the device is now; port and mark are the engine's to know. */
  public DeviceSnapshot snapshot(int listenPort, int fwmark) {
    return configuration.snapshot(listenPort, fwmark);
  }

  @Nullable Identity identity() {
    return identity;
  }

  @Nullable CookieChecker cookieChecker() {
    return cookieChecker;
  }

  Collection<Peer> peers() {
    return Collections.unmodifiableCollection(peers.values());
  }

  @Nullable Peer peer(PublicKey key) {
    return peers.get(key);
  }

  AllowedIps<Peer> allowedIps() {
    return allowedIps;
  }

  /** Makes another key the device's own, or none; every handshake starts over. */
  void setPrivateKey(@Nullable Secret secret) {
    Identity next = secret == null ? null : new Identity(resources.x25519().importPrivate(secret));
    if (next != null && identity != null && next.publicKey().equals(identity.publicKey())) {
      next.privateKey().close(); // The same key again changes nothing.
      return;
    }
    if (identity != null) {
      identity.privateKey().close();
    }
    if (cookieChecker != null) {
      cookieChecker.wipe();
    }
    identity = next;
    cookieChecker = next == null ? null : new CookieChecker(next.publicKey(), resources.random());
    Peer self = next == null ? null : peers.get(next.publicKey());
    if (self != null) {
      removePeer(self);
    }
    for (Peer peer : peers.values()) {
      peer.handshake().clear(resources.indices());
      peer.handshake().forgetStaticStatic();
      peer.resetLastSentHandshake();
      peer.keypairs().expireSending();
    }
  }

  /** Adds a peer, which the caller knows to be none yet nor the device itself. */
  Peer addPeer(PublicKey key) {
    Peer peer = new Peer(key, resources);
    peers.put(key, peer);
    if (isUp) {
      peer.timers().start();
    }
    return peer;
  }

  void removePeer(Peer peer) {
    peers.remove(peer.publicKey());
    allowedIps.removeAll(peer);
    stop(peer);
    peer.handshake().destroy(resources.indices());
  }

  /** A peer was configured: what waited may go now, and a keepalive announces us. */
  void kick(Peer peer, boolean keepalive, long now) {
    if (!isUp) {
      return;
    }
    if (keepalive) {
      outbound.sendKeepalive(peer, now);
    }
    outbound.sendStaged(peer, now);
  }

  private void start(Peer peer, long now) {
    peer.timers().start();
    kick(peer, peer.persistentKeepaliveSeconds() != 0, now);
  }

  private void stop(Peer peer) {
    peer.timers().stop();
    purgeStaged(peer);
    peer.handshake().clear(resources.indices());
    peer.keypairs().clear();
    peer.resetLastSentHandshake();
  }

  private void purgeStaged(Peer peer) {
    int purged = peer.staged().purge();
    if (purged > 0) {
      counters.drop(DropReason.STAGED_PURGED, purged);
    }
  }

  // What the paths ask of each other.

  IndexTable indices() {
    return resources.indices();
  }

  OutboundPath outbound() {
    return outbound;
  }

  /**
   * Something other than a retry wants a new handshake.
   *
   * <p>While one is under way it is left to the retries, for their jitter: two devices that both
   * began anew at the pace of their traffic would have their initiations cross again and again.
   */
  void initiateHandshake(Peer peer, long now) {
    peer.timers().resetHandshakeAttempts();
    if (!peer.timers().isRetrying() || !peer.hasSentHandshake()) {
      handshakes.sendInitiation(peer, now);
    }
  }

  /** New keys are confirmed in both directions. */
  void handshakeComplete(Peer peer) {
    peer.timers().handshakeComplete();
    peer.lastHandshakeEpochNanos(wallClock.epochNanos());
  }

  /** What timers set off. */
  private final class TimerActions implements PeerTimers.Actions {
    @Override
    public void sendInitiation(Peer peer, long now) {
      handshakes.sendInitiation(peer, now);
    }

    @Override
    public void sendKeepalive(Peer peer, long now) {
      outbound.sendKeepalive(peer, now);
    }

    @Override
    public void giveUpHandshake(Peer peer) {
      purgeStaged(peer);
    }

    @Override
    public void zeroKeyMaterial(Peer peer) {
      // A handshake under way is no residue. After a suspend both come at once: the packet that
      // begins it, and the time to forget the keys from before.
      if (!peer.timers().isRetrying()) {
        peer.handshake().clear(resources.indices());
      }
      peer.keypairs().clear();
    }
  }
}
