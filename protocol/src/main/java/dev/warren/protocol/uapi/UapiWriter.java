package dev.warren.protocol.uapi;

import dev.warren.crypto.Secret;
import dev.warren.packet.Endpoint;
import dev.warren.packet.Prefix;
import dev.warren.protocol.Counters;
import dev.warren.protocol.DropReason;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.config.PeerSnapshot;
import java.io.IOException;
import java.util.Locale;

/**
 * Writes answers of the configuration protocol.
 *
 * <p><b>Shape:</b> {@code key=value} lines; keys of cryptography in lowercase hex; the answer ends
 * with {@code errno=} and an empty line.
 *
 * <p><b>Source:</b> wireguard.com "Cross-platform Userspace Implementation"; the order of lines is
 * wireguard-go's.
 */
public final class UapiWriter {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** What wireguard-go writes where there is no preshared key; readers take it for none. */
  private static final String NO_KEY = "0".repeat(2 * Secret.BYTES);

  private UapiWriter() {}

  /** Writes what a device is, without the end of the answer. */
  public static void write(DeviceSnapshot device, Appendable out) throws IOException {
    Secret privateKey = device.privateKey();
    if (privateKey != null) {
      line(out, "private_key", privateKey.revealHex());
    }
    if (device.listenPort() != 0) {
      line(out, "listen_port", Integer.toString(device.listenPort()));
    }
    if (device.fwmark() != 0) {
      line(out, "fwmark", Integer.toUnsignedString(device.fwmark()));
    }
    for (PeerSnapshot peer : device.peers()) {
      write(peer, out);
    }
  }

  /**
   * Writes how many packets were dropped, a line for each reason, without the end of the answer.
   */
  public static void write(Counters counters, Appendable out) throws IOException {
    for (DropReason reason : DropReason.values()) {
      String key = "drop_" + reason.name().toLowerCase(Locale.ROOT);
      line(out, key, Long.toUnsignedString(counters.dropped(reason)));
    }
  }

  /** Ends an answer; {@code errno} is 0 or negative. */
  public static void writeErrno(int errno, Appendable out) throws IOException {
    line(out, "errno", Integer.toString(errno));
    out.append('\n');
  }

  private static void write(PeerSnapshot peer, Appendable out) throws IOException {
    line(out, "public_key", peer.publicKey().toHex());
    Secret presharedKey = peer.presharedKey();
    line(out, "preshared_key", presharedKey == null ? NO_KEY : presharedKey.revealHex());
    line(out, "protocol_version", "1");
    Endpoint endpoint = peer.endpoint();
    if (endpoint != null) {
      line(out, "endpoint", endpoint.toString());
    }
    long handshake = peer.lastHandshakeEpochNanos();
    line(out, "last_handshake_time_sec", Long.toString(handshake / NANOS_PER_SECOND));
    line(out, "last_handshake_time_nsec", Long.toString(handshake % NANOS_PER_SECOND));
    line(out, "tx_bytes", Long.toString(peer.txBytes()));
    line(out, "rx_bytes", Long.toString(peer.rxBytes()));
    line(out, "persistent_keepalive_interval", Integer.toString(peer.persistentKeepalive()));
    for (Prefix prefix : peer.allowedIps()) {
      line(out, "allowed_ip", prefix.toString());
    }
  }

  private static void line(Appendable out, String key, String value) throws IOException {
    out.append(key).append('=').append(value).append('\n');
  }
}
