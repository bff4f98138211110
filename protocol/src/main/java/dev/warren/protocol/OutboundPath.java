package dev.warren.protocol;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IcmpError;
import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * From the interface to the wire: {@code tun -> route -> stage -> seal -> udp}.
 *
 * <ol>
 *   <li><b>route</b>: the destination's longest prefix names the peer; none, or none with an
 *       endpoint, is answered by an ICMP error to the inner sender.
 *   <li><b>stage</b>: without a usable keypair the packet is copied aside and a handshake begins.
 *   <li><b>seal</b>: header, padding, counter; then the cipher, in place.
 * </ol>
 *
 * <p>Afterwards the batch holds what is left to be sent, with endpoints.
 *
 * <p><b>Source:</b> whitepaper §5.4.6; kernel behaviour (padding, ECN, ICMP errors).
 */
@Confined("device")
final class OutboundPath {
  private static final int ICMP_BYTES = IcmpError.MAX_LENGTH;

  private final Device device;
  private final AllowedIps<Peer> allowedIps;
  private final Counters counters;
  private final Outbox outbox;
  private final Spread spread;
  private final Spread.Piece sealing = this::seal;

  // The batch under way, and by slot: which keypair and counter seal it, and whether they did.
  private Batch batch = new Batch(0, 1);
  private Keypair[] keypairs = new Keypair[0];
  private long[] sendCounters = new long[0];
  private boolean[] sealed = new boolean[0];

  OutboundPath(
      Device device, AllowedIps<Peer> allowedIps, Counters counters, Outbox outbox, Spread spread) {
    this.spread = spread;
    this.device = device;
    this.allowedIps = allowedIps;
    this.counters = counters;
    this.outbox = outbox;
  }

  /** Turns a batch of inner packets into a batch of transport data. */
  void onTunPackets(Batch batch, long now) {
    this.batch = batch;
    if (keypairs.length < batch.capacity()) {
      keypairs = new Keypair[batch.capacity()];
      sealed = new boolean[batch.capacity()];
      sendCounters = new long[batch.capacity()];
    }
    int kept = 0;
    for (int slot = 0; slot < batch.count(); slot++) {
      Peer peer = route(batch, slot);
      if (peer == null) {
        continue;
      }
      if (!peer.staged().isEmpty()) {
        sendStaged(peer, now);
      }
      Keypair keypair = sendingKeypair(peer, now);
      if (keypair == null) {
        stage(peer, batch, slot, now);
        continue;
      }
      keypairs[kept] = keypair;
      sendCounters[kept] = keypair.nextCounter();
      frame(batch, slot, keypair, sendCounters[kept]);
      batch.move(slot, kept++);
    }
    batch.truncate(kept);
    spread.run(kept, sealing);
    dropUnsealed(batch);
    account(batch, now);
  }

  /** The peer that the destination belongs to and its endpoint; null when the packet is dropped. */
  private @Nullable Peer route(Batch batch, int slot) {
    MemorySegment memory = batch.memory();
    int offset = batch.offset(slot);
    if (IpPacket.trimmedLength(memory, offset, batch.length(slot)) < 0) {
      counters.drop(DropReason.MALFORMED_OUTBOUND);
      return null;
    }
    Peer peer =
        IpPacket.version(memory, offset) == 4
            ? allowedIps.lookup4(IpPacket.v4Destination(memory, offset))
            : allowedIps.lookup6(
                IpPacket.v6DestinationHigh(memory, offset),
                IpPacket.v6DestinationLow(memory, offset));
    if (peer == null) {
      unreachable(batch, slot, DropReason.NO_ROUTE);
      return null;
    }
    Endpoint endpoint = peer.endpoint();
    if (endpoint == null) {
      unreachable(batch, slot, DropReason.NO_ENDPOINT);
      return null;
    }
    batch.endpoint(slot, endpoint);
    return peer;
  }

  private void unreachable(Batch batch, int slot, DropReason reason) {
    counters.drop(reason);
    int reply = outbox.reservePacket(ICMP_BYTES);
    Batch packets = outbox.packets();
    int offset = packets.offset(reply);
    int length =
        IcmpError.unreachable(
            batch.memory(), batch.offset(slot), batch.length(slot), packets.memory(), offset);
    if (length == 0) {
      packets.truncate(reply);
    } else {
      packets.bounds(reply, offset, length);
    }
  }

  private static @Nullable Keypair sendingKeypair(Peer peer, long now) {
    Keypair keypair = peer.keypairs().current();
    return keypair != null && keypair.isUsable(now) && keypair.canCount() ? keypair : null;
  }

  private void stage(Peer peer, Batch batch, int slot, long now) {
    int dropped = peer.staged().add(batch.memory(), batch.offset(slot), batch.length(slot));
    if (dropped > 0) {
      counters.drop(DropReason.STAGED_OVERFLOW, dropped);
    }
    device.initiateHandshake(peer, now);
  }

  /** Writes header and padding around a packet; its bounds become those of the message. */
  private void frame(Batch batch, int slot, Keypair keypair, long counter) {
    MemorySegment memory = batch.memory();
    int offset = batch.offset(slot);
    int length = batch.length(slot);
    batch.tos(slot, length == 0 ? 0 : IpPacket.encapsulateTos(IpPacket.tos(memory, offset)));
    int padded = length + padding(length, device.mtu());
    for (int i = length; i < padded; i++) {
      memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) 0);
    }
    int header = offset - Messages.DATA_HEADER_BYTES;
    memory.set(Messages.INT_LE, header, Messages.TYPE_TRANSPORT_DATA);
    memory.set(Messages.INT_LE, header + Messages.DATA_RECEIVER_OFFSET, keypair.remoteIndex());
    memory.set(Messages.LONG_LE, header + Messages.DATA_COUNTER_OFFSET, counter);
    batch.bounds(slot, header, padded + Messages.DATA_OVERHEAD_BYTES);
  }

  /** Zero bytes to add: to a multiple of 16, but not beyond the MTU. */
  static int padding(int length, int mtu) {
    // A packet above the MTU is split again by the kernel's count: only its last piece is padded.
    int lastUnit = mtu > 0 && length > mtu ? length % mtu : length;
    int padded = (lastUnit + Messages.PADDING_MULTIPLE - 1) & -Messages.PADDING_MULTIPLE;
    if (mtu > 0 && padded > mtu) {
      padded = Math.max(mtu, lastUnit);
    }
    return padded - lastUnit;
  }

  /** Seals some slots; on any thread. */
  private void seal(int from, int to) {
    MemorySegment memory = batch.memory();
    for (int slot = from; slot < to; slot++) {
      int offset = batch.offset(slot) + Messages.DATA_HEADER_BYTES;
      int length = batch.length(slot) - Messages.DATA_OVERHEAD_BYTES;
      sealed[slot] = keypairs[slot].sealing().seal(sendCounters[slot], memory, offset, length);
    }
  }

  /** Closes the gaps of what the cipher refused, which must not go out as it is. */
  private void dropUnsealed(Batch batch) {
    int kept = 0;
    for (int slot = 0; slot < batch.count(); slot++) {
      if (sealed[slot]) {
        keypairs[kept] = keypairs[slot];
        batch.move(slot, kept++);
      } else {
        counters.drop(DropReason.SEAL_FAILED);
      }
    }
    batch.truncate(kept);
  }

  /** Tells timers and totals of what goes out. */
  private void account(Batch batch, long now) {
    int slot = 0;
    while (slot < batch.count()) {
      Keypair keypair = keypairs[slot];
      long bytes = 0;
      boolean data = false;
      int end = slot;
      while (end < batch.count() && keypairs[end] == keypair) {
        bytes += batch.length(end);
        data |= batch.length(end) > Messages.DATA_OVERHEAD_BYTES;
        end++;
      }
      sent(keypair, bytes, data, now);
      slot = end;
    }
  }

  private void sent(Keypair keypair, long bytes, boolean data, long now) {
    Peer peer = keypair.peer();
    PeerTimers timers = peer.timers();
    peer.addTxBytes(bytes);
    timers.authenticatedPacketTraversed(now);
    timers.authenticatedPacketSent();
    if (data) {
      timers.dataSent(now);
    }
    if (keypair.isStaleForSending(now)) {
      device.initiateHandshake(peer, now);
    }
  }

  /** Sends a keepalive, unless packets wait, which do as well. */
  void sendKeepalive(Peer peer, long now) {
    if (!peer.staged().isEmpty()) {
      sendStaged(peer, now);
      return;
    }
    Keypair keypair = sendingKeypair(peer, now);
    if (keypair == null) {
      device.initiateHandshake(peer, now);
      return;
    }
    sendOne(peer, keypair, new byte[0], now);
  }

  /** Sends what waited, if there is a keypair for it now. */
  void sendStaged(Peer peer, long now) {
    while (!peer.staged().isEmpty()) {
      Keypair keypair = sendingKeypair(peer, now);
      if (keypair == null || peer.endpoint() == null) {
        device.initiateHandshake(peer, now);
        return;
      }
      byte[] packet = peer.staged().poll();
      if (packet != null) {
        sendOne(peer, keypair, packet, now);
      }
    }
  }

  private void sendOne(Peer peer, Keypair keypair, byte[] packet, long now) {
    Endpoint endpoint = peer.endpoint();
    if (endpoint == null) {
      counters.drop(DropReason.NO_ENDPOINT);
      return;
    }
    Batch batch = outbox.datagrams();
    int slot = outbox.reserveDatagram(packet.length, endpoint, 0);
    int offset = batch.offset(slot);
    MemorySegment.copy(packet, 0, batch.memory(), ValueLayout.JAVA_BYTE, offset, packet.length);
    long counter = keypair.nextCounter();
    frame(batch, slot, keypair, counter);
    int plain = batch.length(slot) - Messages.DATA_OVERHEAD_BYTES;
    if (!keypair.sealing().seal(counter, batch.memory(), offset, plain)) {
      counters.drop(DropReason.SEAL_FAILED);
      batch.truncate(slot);
      return;
    }
    sent(keypair, batch.length(slot), packet.length > 0, now);
  }
}
