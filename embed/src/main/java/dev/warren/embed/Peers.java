package dev.warren.embed;

import dev.warren.config.AllowedIp;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.PeerConfig;
import dev.warren.crypto.ConstantTime;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.engine.Engine;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Shared;
import dev.warren.protocol.config.AllowedIpEdit;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerChange;
import dev.warren.protocol.config.PeerSnapshot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The peers of a running engine, as a program asks for them and changes them.
 *
 * <p><b>Owner:</b> any thread but the device's; each call waits for that one.
 *
 * <p><b>Errors:</b> {@link SocketException} once the tunnel is closed; {@link
 * InterruptedIOException} for who is interrupted while a change is made, which is made all the
 * same.
 */
@Shared
final class Peers {
  private static final int EADDRINUSE = 98;
  private static final int EACCES = 13;

  private final Engine engine;
  private final EndpointNames names;

  Peers(Engine engine, EndpointNames names) {
    this.engine = engine;
    this.names = names;
  }

  /** The device at this moment; the caller closes it. */
  DeviceSnapshot snapshot() throws SocketException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return engine.snapshot();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (CancellationException e) {
      throw new SocketException("Tunnel closed");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Makes the device what a configuration says: peers that it does not name go, the others stay.
   */
  void become(Configuration configuration) throws IOException {
    List<PeerChange> changes = new ArrayList<>();
    Set<PublicKey> wanted = new HashSet<>();
    configuration.peers().forEach(peer -> wanted.add(peer.publicKey()));
    try (DeviceSnapshot now = snapshot()) {
      for (PeerSnapshot peer : now.peers()) {
        if (!wanted.contains(peer.publicKey())) {
          changes.add(removal(peer.publicKey()));
          names.remove(peer.publicKey());
        }
      }
    }
    for (PeerConfig peer : configuration.peers()) {
      changes.add(change(peer));
    }
    Secret key = configuration.device().privateKey();
    Integer port = configuration.device().listenPort();
    apply(new DeviceChange(key == null ? null : copy(key), port, null, false, changes));
  }

  /** Adds a peer, or changes the one with this key. */
  void put(PeerConfig peer) throws IOException {
    apply(new DeviceChange(null, null, null, false, List.of(change(peer))));
  }

  /** Takes a peer away. */
  void remove(PublicKey peer) throws IOException {
    names.remove(peer);
    apply(new DeviceChange(null, null, null, false, List.of(removal(peer))));
  }

  /** Sends a peer's messages elsewhere, if it is still there. */
  void move(PublicKey peer, Endpoint to) throws IOException {
    PeerChange.Builder change = new PeerChange.Builder(peer);
    change.updateOnly();
    change.endpoint(to);
    apply(new DeviceChange(null, null, null, false, List.of(change.build())));
  }

  /** The peer that this address is routed to; null for none. */
  static @Nullable PeerSnapshot route(DeviceSnapshot snapshot, IpAddress address) {
    PeerSnapshot best = null;
    int length = -1;
    for (PeerSnapshot peer : snapshot.peers()) {
      for (Prefix prefix : peer.allowedIps()) {
        if (prefix.length() > length && prefix.contains(address)) {
          best = peer;
          length = prefix.length();
        }
      }
    }
    return best;
  }

  private static PeerChange removal(PublicKey peer) {
    PeerChange.Builder change = new PeerChange.Builder(peer);
    change.remove();
    return change.build();
  }

  private PeerChange change(PeerConfig peer) {
    PeerChange.Builder change = new PeerChange.Builder(peer.publicKey());
    Secret preshared = peer.presharedKey();
    change.presharedKey(preshared == null ? none() : copy(preshared));
    EndpointName name = peer.endpoint();
    if (name != null) {
      names.put(peer.publicKey(), name);
      Endpoint found = names.resolve(name);
      if (found != null) {
        change.endpoint(found);
      }
    }
    Integer keepalive = peer.persistentKeepalive();
    change.persistentKeepalive(keepalive == null ? 0 : keepalive);
    if (peer.replaceAllowedIps()) {
      change.replaceAllowedIps();
    }
    for (AllowedIp each : peer.allowedIps()) {
      change.allowedIp(new AllowedIpEdit(each.prefix(), each.remove()));
    }
    return change.build();
  }

  private static Secret none() {
    return Secret.of(new byte[Secret.BYTES], 0);
  }

  /** The engine takes keys over or wipes them; the configuration keeps its own. */
  private static Secret copy(Secret key) {
    byte[] bytes = new byte[Secret.BYTES];
    key.copyTo(bytes, 0);
    Secret copy = Secret.of(bytes, 0);
    ConstantTime.wipe(bytes);
    return copy;
  }

  private void apply(DeviceChange change) throws IOException {
    int result;
    try {
      result = engine.apply(change);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the tunnel was changed");
    } catch (CancellationException e) {
      throw new SocketException("Tunnel closed");
    }
    if (result == -EADDRINUSE || result == -EACCES) {
      String why = result == -EACCES ? "Permission denied" : "Address already in use";
      throw new BindException(why + ": UDP port " + change.listenPort());
    }
    if (result < 0) {
      throw new IOException("the tunnel refuses its configuration: errno " + -result);
    }
  }
}
