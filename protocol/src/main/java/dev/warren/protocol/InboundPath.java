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

  InboundPath(
      Device device, HandshakePath handshakes, AllowedIps<Peer> allowedIps, Counters counters) {
    this.device = device;
    this.handshakes = handshakes;
    this.allowedIps = allowedIps;
    this.counters = counters;
  }

  /** Turns a batch of datagrams into a batch of inner packets. */
  void onDatagrams(Batch batch, long now) {
    int kept = 0;
    for (int slot = 0; slot < batch.count(); slot++) {
      DropReason refused = receive(batch, slot, now);
      if (refused == null) {
        if (batch.length(slot) > 0) {
          batch.move(slot, kept++);
        }
      } else {
        counters.drop(refused);
      }
    }
    batch.truncate(kept);
  }

  /** Takes one datagram; an inner packet, if one came of it, is left in the slot's bounds. */
  private @Nullable DropReason receive(Batch batch, int slot, long now) {
    MemorySegment memory = batch.memory();
    int offset = batch.offset(slot);
    int length = batch.length(slot);
    if (length < Messages.SENDER_OFFSET) {
      return DropReason.MALFORMED_MESSAGE;
    }
    int type = memory.get(Messages.INT_LE, offset);
    if (type != Messages.TYPE_TRANSPORT_DATA) {
      DropReason refused = handshakes.enqueue(batch, slot, type);
      batch.bounds(slot, offset, 0);
      return refused;
    }
    if (length < Messages.DATA_OVERHEAD_BYTES) {
      return DropReason.MALFORMED_MESSAGE;
    }
    int index = memory.get(Messages.INT_LE, offset + Messages.DATA_RECEIVER_OFFSET);
    if (!(device.indices().lookup(index) instanceof Keypair keypair)) {
      return DropReason.UNKNOWN_INDEX;
    }
    DropReason refused = open(batch, slot, keypair, now);
    return refused != null ? refused : consume(batch, slot, keypair, length, now);
  }

  private static @Nullable DropReason open(Batch batch, int slot, Keypair keypair, long now) {
    MemorySegment memory = batch.memory();
    int offset = batch.offset(slot);
    long counter = memory.get(Messages.LONG_LE, offset + Messages.DATA_COUNTER_OFFSET);
    if (!keypair.isUsable(now)
        || Long.compareUnsigned(counter, Messages.REJECT_AFTER_MESSAGES) >= 0) {
      return DropReason.EXPIRED_KEYPAIR;
    }
    int sealed = batch.length(slot) - Messages.DATA_HEADER_BYTES;
    int payload = offset + Messages.DATA_HEADER_BYTES;
    if (!keypair.opening().open(counter, memory, payload, sealed)) {
      return DropReason.FORGED_DATA;
    }
    if (!keypair.replayWindow().accept(counter)) {
      return DropReason.REPLAYED_DATA;
    }
    batch.bounds(slot, payload, sealed - Messages.TAG_BYTES);
    return null;
  }

  /** An authentic message: roam, keys, timers, totals; then its packet. */
  private @Nullable DropReason consume(
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
