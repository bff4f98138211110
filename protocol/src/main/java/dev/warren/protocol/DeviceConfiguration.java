package dev.warren.protocol;

import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.Secret;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Confined;
import dev.warren.protocol.config.AllowedIpEdit;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerChange;
import dev.warren.protocol.config.PeerSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies a request to a device, and says what the device is.
 *
 * <p>A request has been parsed whole before it comes here, and nothing in it can fail any more but
 * the number of peers, which {@link #check} looks at first: so it is applied whole or not at all.
 *
 * <p><b>Errors:</b> 0 or a negative errno.
 *
 * <p><b>Source:</b> wireguard.com "Cross-platform Userspace Implementation"; kernel behaviour
 * (which change sets off what).
 */
@Confined("device")
final class DeviceConfiguration {
  private static final int ENOMEM = 12;

  private final Device device;

  DeviceConfiguration(Device device) {
    this.device = device;
  }

  /**
   * Whether the peers fit that a request adds; those it takes away make no room yet.
   *
   * @return 0 or {@code -ENOMEM}, as the kernel has it
   */
  int check(DeviceChange change) {
    int room = Messages.MAX_PEERS - (change.replacePeers() ? 0 : device.peers().size());
    if (change.peers().size() <= room) {
      return 0; // Were all of them new, there would be room; else it is worth counting which are.
    }
    int added = 0;
    for (PeerChange peer : change.peers()) {
      boolean there = !change.replacePeers() && device.peer(peer.publicKey()) != null;
      if (!there && !peer.remove() && !peer.updateOnly()) {
        added++;
      }
    }
    return added <= room ? 0 : -ENOMEM;
  }

  /** Applies a change and wipes the keys in it that the device did not take over. */
  int apply(DeviceChange change, long now) {
    int refused = check(change);
    if (refused < 0) {
      change.wipe();
      return refused;
    }
    Secret privateKey = change.privateKey();
    if (privateKey != null) {
      device.setPrivateKey(privateKey.isZero() ? null : privateKey);
      privateKey.wipe();
    }
    if (change.replacePeers()) {
      for (Peer peer : List.copyOf(device.peers())) {
        device.removePeer(peer);
      }
    }
    for (PeerChange peer : change.peers()) {
      apply(peer, now);
    }
    return 0;
  }

  private void apply(PeerChange change, long now) {
    Peer peer = device.peer(change.publicKey());
    if (change.remove()) {
      change.wipe();
      if (peer != null) {
        device.removePeer(peer);
      }
      return;
    }
    if (peer == null) {
      Identity identity = device.identity();
      boolean isSelf = identity != null && identity.publicKey().equals(change.publicKey());
      if (isSelf || change.updateOnly()) {
        change.wipe();
        return;
      }
      peer = device.addPeer(change.publicKey());
    }
    Secret presharedKey = change.presharedKey();
    if (presharedKey != null) {
      boolean none = presharedKey.isZero();
      peer.handshake().presharedKey(none ? null : presharedKey);
    }
    Endpoint endpoint = change.endpoint();
    if (endpoint != null) {
      peer.endpoint(endpoint);
    }
    editAllowedIps(peer, change);
    boolean announce = setKeepalive(peer, change.persistentKeepalive());
    device.kick(peer, announce, now);
  }

  private void editAllowedIps(Peer peer, PeerChange change) {
    if (change.replaceAllowedIps()) {
      device.allowedIps().removeAll(peer);
    }
    for (AllowedIpEdit edit : change.allowedIps()) {
      if (edit.remove()) {
        device.allowedIps().remove(edit.prefix(), peer);
      } else {
        device.allowedIps().insert(edit.prefix(), peer);
      }
    }
  }

  /** Sets the interval; true when it was switched on, which a keepalive tells the peer at once. */
  private static boolean setKeepalive(Peer peer, @Nullable Integer seconds) {
    if (seconds == null || seconds == peer.persistentKeepaliveSeconds()) {
      return false;
    }
    boolean switchedOn = peer.persistentKeepaliveSeconds() == 0;
    peer.persistentKeepaliveSeconds(seconds);
    return switchedOn;
  }

  DeviceSnapshot snapshot(int listenPort, int fwmark) {
    Identity identity = device.identity();
    List<PeerSnapshot> peers = new ArrayList<>(device.peers().size());
    for (Peer peer : device.peers()) {
      peers.add(snapshot(peer));
    }
    Secret privateKey = identity == null ? null : copy(identity.privateKey().secret());
    return new DeviceSnapshot(privateKey, listenPort, fwmark, peers);
  }

  private PeerSnapshot snapshot(Peer peer) {
    List<Prefix> allowedIps = new ArrayList<>(1);
    device.allowedIps().forEach(peer, allowedIps::add);
    Secret presharedKey = peer.handshake().presharedKey();
    return new PeerSnapshot(
        peer.publicKey(),
        presharedKey == null ? null : copy(presharedKey),
        peer.endpoint(),
        peer.lastHandshakeEpochNanos(),
        peer.txBytes(),
        peer.rxBytes(),
        peer.persistentKeepaliveSeconds(),
        allowedIps);
  }

  /** A copy is the reader's to wipe: the device may wipe its own at any time. */
  private static Secret copy(Secret secret) {
    byte[] bytes = new byte[Secret.BYTES];
    secret.copyTo(bytes, 0);
    Secret copy = Secret.of(bytes, 0);
    ConstantTime.wipe(bytes);
    return copy;
  }
}
