package dev.warren.cli.uapi;

import dev.warren.crypto.KeyText;
import dev.warren.packet.IpAddress;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Reads a daemon's answer to {@code get=1}.
 *
 * <p>Takes what {@code wg} takes: lines of unknown keys are passed over, anything else unexpected
 * is {@code EPROTO}.
 *
 * <p><b>Owner:</b> one thread.
 */
final class InterfaceReader {
  private static final long MAX_UINT = 0xffff_ffffL;

  private final UapiConnection connection;
  private final Zones zones;
  private final ArrayList<PeerState> peers = new ArrayList<>();
  private byte @Nullable [] privateKey;
  private int listenPort;
  private int fwmark;
  private @Nullable PeerState peer;
  private long errno = Errno.EPROTO;

  InterfaceReader(UapiConnection connection, Zones zones) {
    this.connection = connection;
    this.zones = zones;
  }

  InterfaceState read(String name) throws UapiException {
    while (true) {
      String line = connection.readLine();
      if (line == null) {
        throw new UapiException(Errno.EPROTO);
      }
      if (line.isEmpty()) {
        break;
      }
      int equals = line.indexOf('=');
      if (equals < 0) {
        throw new UapiException(Errno.EPROTO);
      }
      String key = line.substring(0, equals);
      String value = line.substring(equals + 1);
      PeerState current = peer;
      boolean taken = current == null ? deviceLine(key, value) : peerLine(current, key, value);
      if (!taken) {
        anyLine(key, value);
      }
    }
    if (errno != 0) {
      throw new UapiException((int) errno);
    }
    return new InterfaceState(name, privateKey, listenPort, fwmark, peers);
  }

  private boolean deviceLine(String key, String value) throws UapiException {
    switch (key) {
      case "private_key" -> privateKey = key(value);
      case "listen_port" -> listenPort = (int) number(value, 0xffff);
      case "fwmark" -> fwmark = (int) number(value, MAX_UINT);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean peerLine(PeerState to, String key, String value) throws UapiException {
    switch (key) {
      case "preshared_key" -> {
        byte[] parsed = key(value);
        to.presharedKey(isZero(parsed) ? null : parsed);
      }
      case "endpoint" -> to.endpoint(endpoint(value));
      case "persistent_keepalive_interval" -> to.persistentKeepalive((int) number(value, 0xffff));
      case "allowed_ip" -> to.allowedIp(prefix(value));
      case "last_handshake_time_sec" -> to.handshakeSeconds(number(value, Long.MAX_VALUE));
      case "last_handshake_time_nsec" -> to.handshakeNanos(number(value, Long.MAX_VALUE));
      case "rx_bytes" -> to.rxBytes(number(value, -1));
      case "tx_bytes" -> to.txBytes(number(value, -1));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void anyLine(String key, String value) throws UapiException {
    if (key.equals("public_key")) {
      PeerState next = new PeerState(key(value));
      peers.add(next);
      peer = next;
    } else if (key.equals("errno")) {
      errno = number(value, Integer.MAX_VALUE);
    }
  }

  private static byte[] key(String hex) throws UapiException {
    byte[] key = KeyText.parseHex(hex);
    if (key == null) {
      throw new UapiException(Errno.EPROTO);
    }
    return key;
  }

  private static boolean isZero(byte[] key) {
    int bits = 0;
    for (byte b : key) {
      bits |= b;
    }
    return bits == 0;
  }

  /** The endpoint, its zone by name where the C library would name it. */
  private String endpoint(String text) throws UapiException {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || colon == text.length() - 1) {
      throw new UapiException(Errno.EPROTO);
    }
    if (text.charAt(0) != '[') {
      return text;
    }
    int bracket = text.indexOf(']');
    if (bracket != colon - 1) {
      throw new UapiException(Errno.EPROTO);
    }
    String host = text.substring(1, bracket);
    int percent = host.indexOf('%');
    IpAddress address = IpAddress.parse(percent < 0 ? host : host.substring(0, percent));
    if (address == null || !address.isV6()) {
      throw new UapiException(Errno.EPROTO);
    }
    StringBuilder out = new StringBuilder(text.length()).append('[').append(address);
    if (percent >= 0) {
      out.append('%').append(zones.shown(address, host.substring(percent + 1)));
    }
    return out.append(text, bracket, text.length()).toString();
  }

  private static String prefix(String text) throws UapiException {
    int slash = text.indexOf('/');
    IpAddress address = slash < 0 ? null : IpAddress.parse(text.substring(0, slash));
    if (address == null) {
      throw new UapiException(Errno.EPROTO);
    }
    long length = number(text.substring(slash + 1), address.bits());
    // Daemons write nearly all prefixes as the C library does; those need no new text.
    String canonical = address + "/" + length;
    return canonical.equals(text) ? text : canonical;
  }

  /**
   * Reads an unsigned number up to {@code max}, which is unsigned too; -1 takes every number, and
   * what has more than 64 bits for the largest.
   */
  private static long number(String text, long max) throws UapiException {
    long number = 0;
    boolean full = false;
    boolean good = !text.isEmpty();
    for (int i = 0; i < text.length() && good; i++) {
      int digit = text.charAt(i) - '0';
      good = digit >= 0 && digit <= 9;
      full |= Long.compareUnsigned(number, Long.divideUnsigned(-1L - digit, 10)) > 0;
      number = number * 10 + digit;
    }
    if (!good || Long.compareUnsigned(full ? -1 : number, max) > 0) {
      throw new UapiException(Errno.EPROTO);
    }
    return full ? -1 : number;
  }
}
