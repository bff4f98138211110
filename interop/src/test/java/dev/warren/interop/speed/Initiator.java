package dev.warren.interop.speed;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.protocol.Device;
import dev.warren.protocol.Outbox;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A whole device that does nothing but shake hands with one responder, again and again.
 *
 * <p>Owner: the load's thread.
 */
final class Initiator {
  /** A responder refuses initiations of one peer that are 20 ms apart or less. */
  static final long INTERVAL_NANOS = 25_000_000;

  private static final int BATCH_BYTES = 4096;

  private final Device device;
  private final Endpoint responder;
  private final Batch incoming = new Batch(1, BATCH_BYTES);
  private long begunNanos = Long.MIN_VALUE;

  Initiator(Secret own, PublicKey responderKey, Endpoint responder, Outbox.Outlet outlet) {
    this.responder = responder;
    this.device =
        new Device(
            CryptoEngines.x25519(),
            CryptoEngines.aead(),
            RandomSource.secure(),
            () -> System.currentTimeMillis() * 1_000_000,
            outlet);
    PeerChange.Builder peer = new PeerChange.Builder(responderKey);
    peer.endpoint(responder);
    // Whoever has keepalives to send shakes hands as soon as it is up.
    peer.persistentKeepalive(25);
    DeviceChange change = new DeviceChange(own, null, null, true, List.of(peer.build()));
    if (device.apply(change, 0) != 0) {
      throw new AssertionError("a device refuses its configuration");
    }
  }

  boolean mayBegin(long now) {
    return begunNanos == Long.MIN_VALUE || now - begunNanos >= INTERVAL_NANOS;
  }

  /** Forgets everything and sends an initiation. */
  void begin(long now) {
    begunNanos = now;
    device.down();
    device.up(now);
    device.outbox().flush();
  }

  long begunNanos() {
    return begunNanos;
  }

  /** Takes a message; a response is answered by the keepalive that confirms the keys. */
  void receive(MemorySegment message, long now) {
    incoming.clear();
    int slot = incoming.reserve((int) message.byteSize());
    MemorySegment.copy(message, 0, incoming.memory(), incoming.offset(slot), message.byteSize());
    incoming.endpoint(slot, responder);
    device.onDatagrams(incoming, now);
    device.onHandshakes(1, now);
    device.outbox().flush();
  }
}
