package dev.warren.protocol;

import dev.warren.packet.Batch;
import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * From the wire to the interface: {@code udp -> classify -> open -> replay -> roam -> route check
 * -> tun}.
 *
 * <ol>
 *   <li><b>classify</b>: handshake messages go to their queue; transport data to the keypair that
 *       its receiver index names.
 *   <li><b>open</b>: the cipher, in place; then the <b>replay</b> window.
 *   <li><b>roam</b>: the peer is where this came from; keys, timers and totals follow.
 *   <li><b>route check</b>: the inner source must be routed to the very peer it came from; the
 *       packet is trimmed to its own length.
 * </ol>
 *
 * <p>Afterwards the batch holds the inner packets for the interface.
 *
 * <p><b>Source:</b> whitepaper §5.4.6, §6.5; kernel behaviour (order of the steps).
 */
@Confined("device")
final class InboundPath {
  private final Device device;
  private final HandshakePath handshakes;
  private final AllowedIps<Peer> allowedIps;
  private final Counters counters;
  private final Spread spread;
  private final Spread.Piece opening = this::open;

  // The batch under way, and by slot: whose message it is, and whether it opened.
  private Batch batch = new Batch(0, 1);
  private Keypair[] keypairs = new Keypair[0];
  private boolean[] opened = new boolean[0];

  InboundPath(
      Device device,
      HandshakePath handshakes,
      AllowedIps<Peer> allowedIps,
      Counters counters,
      Spread spread) {
    this.device = device;
    this.handshakes = handshakes;
    this.allowedIps = allowedIps;
    this.counters = counters;
    this.spread = spread;
  }

  /** Turns a batch of datagrams into a batch of inner packets. */
  void onDatagrams(Batch batch, long now) {
    this.batch = batch;
    if (keypairs.length < batch.capacity()) {
      keypairs = new Keypair[batch.capacity()];
      opened = new boolean[batch.capacity()];
    }
    int data = 0;
    for (int slot = 0; slot < batch.count(); slot++) {
      Keypair keypair = classify(batch, slot, now);
      if (keypair != null) {
        keypairs[data] = keypair;
        batch.move(slot, data++);
      }
    }
    batch.truncate(data);
    spread.run(data, opening);
    int kept = 0;
    for (int slot = 0; slot < data; slot++) {
      DropReason refused = consume(batch, slot, now);
      if (refused != null) {
        counters.drop(refused);
      } else if (batch.length(slot) > 0) {
        batch.move(slot, kept++);
      }
    }
    batch.truncate(kept);
  }

  /** Whose transport data a datagram is; null when it is something else or dropped. */
  private @Nullable Keypair classify(Batch batch, int slot, long now) {
    MemorySegment memory = batch.memory();
    int offset = batch.offset(slot);
    int length = batch.length(slot);
    int type = length < Messages.SENDER_OFFSET ? 0 : memory.get(Messages.INT_LE, offset);
    if (type != Messages.TYPE_TRANSPORT_DATA) {
      return drop(handshakes.enqueue(batch, slot, type));
    }
    if (length < Messages.DATA_OVERHEAD_BYTES) {
      return drop(DropReason.MALFORMED_MESSAGE);
    }
    int index = memory.get(Messages.INT_LE, offset + Messages.DATA_RECEIVER_OFFSET);
    if (!(device.indices().lookup(index) instanceof Keypair keypair)) {
      return drop(DropReason.UNKNOWN_INDEX);
    }
    long counter = memory.get(Messages.LONG_LE, offset + Messages.DATA_COUNTER_OFFSET);
    boolean usable =
        keypair.isUsable(now) && Long.compareUnsigned(counter, Messages.REJECT_AFTER_MESSAGES) < 0;
    return usable ? keypair : drop(DropReason.EXPIRED_KEYPAIR);
  }

  private @Nullable Keypair drop(@Nullable DropReason reason) {
    if (reason != null) {
      counters.drop(reason);
    }
    return null;
  }

  /** Opens some slots; on any thread. */
  private void open(int from, int to) {
    MemorySegment memory = batch.memory();
    for (int slot = from; slot < to; slot++) {
      int offset = batch.offset(slot);
      long counter = memory.get(Messages.LONG_LE, offset + Messages.DATA_COUNTER_OFFSET);
      int payload = offset + Messages.DATA_HEADER_BYTES;
      int sealed = batch.length(slot) - Messages.DATA_HEADER_BYTES;
      opened[slot] = keypairs[slot].opening().open(counter, memory, payload, sealed);
    }
  }

  /** Takes one opened message; an inner packet, if one is in it, is left in the slot's bounds. */
  private @Nullable DropReason consume(Batch batch, int slot, long now) {
    if (!opened[slot]) {
      return DropReason.FORGED_DATA;
    }
    int offset = batch.offset(slot);
    int length = batch.length(slot);
    Keypair keypair = keypairs[slot];
    long counter = batch.memory().get(Messages.LONG_LE, offset + Messages.DATA_COUNTER_OFFSET);
    if (!keypair.replayWindow().accept(counter)) {
      return DropReason.REPLAYED_DATA;
    }
    batch.bounds(slot, offset + Messages.DATA_HEADER_BYTES, length - Messages.DATA_OVERHEAD_BYTES);
    return consumeAuthentic(batch, slot, keypair, length, now);
  }

  /** An authentic message: roam, keys, timers, totals; then its packet. */
  private @Nullable DropReason consumeAuthentic(
      Batch batch, int slot, Keypair keypair, int messageBytes, long now) {
    Peer peer = keypair.peer();
    PeerTimers timers = peer.timers();
    peer.roam(batch.endpoint(slot));
    if (peer.keypairs().confirm(keypair)) {
      device.handshakeComplete(peer);
      device.outbound().sendStaged(peer, now);
    }
    Keypair current = peer.keypairs().current();
    if (current != null && current.isStaleForReceiving(now) && timers.takeLastMinuteHandshake()) {
      device.initiateHandshake(peer, now);
    }
    timers.authenticatedPacketReceived();
    timers.authenticatedPacketTraversed(now);
    peer.addRxBytes(messageBytes);
    if (batch.length(slot) == 0) {
      return null; // A keepalive.
    }
    timers.dataReceived(now);
    return checkInner(batch, slot, peer);
  }

  private @Nullable DropReason checkInner(Batch batch, int slot, Peer peer) {
    MemorySegment memory = batch.memory();
    int offset = batch.offset(slot);
    int length = IpPacket.trimmedLength(memory, offset, batch.length(slot));
    if (length < 0) {
      return DropReason.MALFORMED_INNER;
    }
    Peer owner =
        IpPacket.version(memory, offset) == 4
            ? allowedIps.lookup4(IpPacket.v4Source(memory, offset))
            : allowedIps.lookup6(
                IpPacket.v6SourceHigh(memory, offset), IpPacket.v6SourceLow(memory, offset));
    if (owner != peer) {
      return DropReason.DISHONEST_SOURCE;
    }
    if (!IpPacket.decapsulate(memory, offset, batch.tos(slot))) {
      return DropReason.INVALID_ECN;
    }
    batch.bounds(slot, offset, length);
    return null;
  }
}
