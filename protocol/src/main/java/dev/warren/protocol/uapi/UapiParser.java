package dev.warren.protocol.uapi;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Prefix;
import dev.warren.packet.owner.Confined;
import dev.warren.protocol.config.AllowedIpEdit;
import dev.warren.protocol.config.DeviceChange;
import dev.warren.protocol.config.PeerChange;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of the configuration protocol, one after the other.
 *
 * <p>A request is read to its empty line before it is returned. Its first bad line makes it {@link
 * Rejected} as a whole; the rest of it is read and ignored, so that the next request begins where
 * it should. A request that the stream ends in is rejected too: its last line may be half a line,
 * and half a prefix length is a prefix length.
 *
 * <p><b>Shape:</b> {@code set=1}, {@code get=1} or {@code drops=1}, {@code key=value} lines, an
 * empty line.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link Rejected} with a negative errno; {@link IOException} of the reader.
 *
 * <p><b>Source:</b> wireguard.com "Cross-platform Userspace Implementation"; wireguard-go for what
 * that leaves open: which errno, no prefix without its length, no empty fwmark.
 */
@Confined("client")
public final class UapiParser {
  /** A line that cannot be read: it is too long. */
  public static final int EIO = 5;

  /** A request that does not fit into memory. */
  public static final int ENOMEM = 12;

  /** A bad value, or a key that is not known where it stands. */
  public static final int EINVAL = 22;

  /** Something that is no line of this protocol. */
  public static final int EPROTO = 71;

  private static final int MAX_LINE = 512;

  private final Reader reader;
  private final ToIntFunction<String> interfaceIndex;

  // What was read and not yet taken: buffer[position, limit).
  private final char[] buffer = new char[8192];
  private int position;
  private int limit;

  private int lineNumber;
  private boolean atEmptyLine;
  private @Nullable Secret privateKey;
  private @Nullable Integer listenPort;
  private @Nullable Integer fwmark;
  private boolean replacePeers;
  private List<PeerChange> peers = new ArrayList<>();
  private PeerChange.@Nullable Builder peer;

  /** What a client asked. */
  public sealed interface Request permits Get, Drops, Set, Rejected {}

  /** Say what the device is. */
  public record Get() implements Request {}

  /** Say how many packets were dropped, by reason. Ours alone: others do not know the request. */
  public record Drops() implements Request {}

  /** Change it. */
  public record Set(DeviceChange change) implements Request {}

  /**
   * The request is not understood.
   *
   * @param errno negative
   * @param line the number of the bad line in the request, from 1
   * @param why for a person
   */
  public record Rejected(int errno, int line, String why) implements Request {}

  /** A line that is wrong; ends the reading of one request. */
  private static final class BadLine extends Exception {
    private static final long serialVersionUID = 1;
    private final int errno;

    BadLine(int errno, String why) {
      super(why, null, false, false);
      this.errno = errno;
    }
  }

  /**
   * Reads requests from {@code reader}.
   *
   * @param interfaceIndex finds the zone of a link-local endpoint by name, 0 if there is none
   */
  public UapiParser(Reader reader, ToIntFunction<String> interfaceIndex) {
    this.reader = reader;
    this.interfaceIndex = interfaceIndex;
  }

  /** Reads one request; null at the end of the stream. */
  public @Nullable Request next() throws IOException {
    reset();
    atEmptyLine = false;
    try {
      String first = readLine();
      return switch (first) {
        case null -> null;
        case "get=1" -> readAlone(new Get());
        case "drops=1" -> readAlone(new Drops());
        case "set=1" -> set();
        default -> throw new BadLine(EPROTO, "expected get=1 or set=1");
      };
    } catch (BadLine bad) {
      return reject(bad.errno, String.valueOf(bad.getMessage()));
    } catch (OutOfMemoryError e) {
      // Nothing is applied yet, so nothing is half done: what was read is let go, and all is well.
      return reject(ENOMEM, "not enough memory for a request of this size");
    } catch (IOException e) {
      wipe();
      throw e;
    }
  }

  /** Forgets what was read of a request, and reads past the rest of it. */
  private Request reject(int errno, String why) throws IOException {
    int line = lineNumber;
    wipe();
    reset();
    if (!atEmptyLine) {
      skip();
    }
    return new Rejected(-errno, line, why);
  }

  private Request readAlone(Request question) throws IOException, BadLine {
    if (!readWithin().isEmpty()) {
      throw new BadLine(EINVAL, "a question has no further lines");
    }
    return question;
  }

  private Request set() throws IOException, BadLine {
    for (String line = readWithin(); !line.isEmpty(); line = readWithin()) {
      int equals = line.indexOf('=');
      if (equals < 0) {
        throw new BadLine(EPROTO, "expected key=value");
      }
      String key = line.substring(0, equals);
      String value = line.substring(equals + 1);
      if (key.equals("public_key")) {
        beginPeer(value);
      } else if (peer == null) {
        deviceLine(key, value);
      } else {
        peerLine(peer, key, value);
      }
    }
    endPeer();
    DeviceChange change = new DeviceChange(privateKey, listenPort, fwmark, replacePeers, peers);
    // It belongs to the caller now; a client that stays must not keep it in memory.
    reset();
    return new Set(change);
  }

  private void deviceLine(String key, String value) throws BadLine {
    switch (key) {
      case "private_key" -> {
        Secret parsed = secret(key, value);
        if (privateKey != null) {
          privateKey.wipe();
        }
        privateKey = parsed;
      }
      case "listen_port" -> listenPort = (int) number(key, value, 0xffff);
      case "fwmark" -> fwmark = (int) number(key, value, 0xffff_ffffL);
      case "replace_peers" -> {
        requireTrue(key, value);
        replacePeers = true;
      }
      default -> throw new BadLine(EINVAL, "no such device setting" + shown(key));
    }
  }

  private void peerLine(PeerChange.Builder peer, String key, String value) throws BadLine {
    switch (key) {
      case "update_only" -> {
        requireTrue(key, value);
        peer.updateOnly();
      }
      case "remove" -> {
        requireTrue(key, value);
        peer.remove();
      }
      case "preshared_key" -> peer.presharedKey(secret(key, value));
      case "endpoint" -> {
        var endpoint = EndpointText.parse(value, interfaceIndex);
        if (endpoint == null) {
          throw new BadLine(EINVAL, "endpoint is not an address and port: " + value);
        }
        peer.endpoint(endpoint);
      }
      case "persistent_keepalive_interval" ->
          peer.persistentKeepalive((int) number(key, value, 0xffff));
      case "replace_allowed_ips" -> {
        requireTrue(key, value);
        peer.replaceAllowedIps();
      }
      case "allowed_ip" -> allowedIp(peer, value);
      case "protocol_version" -> {
        if (!value.equals("1")) {
          throw new BadLine(EINVAL, "protocol_version is 1");
        }
      }
      default -> throw new BadLine(EINVAL, "no such peer setting" + shown(key));
    }
  }

  private static void allowedIp(PeerChange.Builder peer, String value) throws BadLine {
    boolean remove = value.startsWith("-");
    Prefix prefix = Prefix.parse(remove ? value.substring(1) : value);
    if (prefix == null || value.indexOf('/') < 0) {
      throw new BadLine(EINVAL, "allowed_ip is not a prefix: " + value);
    }
    peer.allowedIp(new AllowedIpEdit(prefix, remove));
  }

  private void beginPeer(String value) throws BadLine {
    endPeer();
    PublicKey key = PublicKey.parseHex(value);
    if (key == null) {
      throw new BadLine(EINVAL, "public_key is not 64 hex digits");
    }
    peer = new PeerChange.Builder(key);
  }

  private void endPeer() {
    if (peer != null) {
      peers.add(peer.build());
      peer = null;
    }
  }

  private static Secret secret(String key, String value) throws BadLine {
    Secret secret = Secret.parseHex(value);
    if (secret == null) {
      // Never say what was there: it may be most of a key.
      throw new BadLine(EINVAL, key + " is not 64 hex digits");
    }
    return secret;
  }

  /** An unknown key, unless it may be something else: what ends in "=" can be a key in base64. */
  private static String shown(String key) {
    return key.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_') ? ": " + key : "";
  }

  private static long number(String key, String value, long max) throws BadLine {
    long number = 0;
    boolean good = !value.isEmpty();
    for (int i = 0; i < value.length() && good; i++) {
      char c = value.charAt(i);
      number = number * 10 + (c - '0');
      good = c >= '0' && c <= '9' && number <= max;
    }
    if (!good) {
      throw new BadLine(EINVAL, key + " is not a number from 0 to " + max);
    }
    return number;
  }

  private static void requireTrue(String key, String value) throws BadLine {
    if (!value.equals("true")) {
      throw new BadLine(EINVAL, key + " can only be true");
    }
  }

  private void reset() {
    lineNumber = 0;
    privateKey = null;
    listenPort = null;
    fwmark = null;
    replacePeers = false;
    peers = new ArrayList<>();
    peer = null;
  }

  private void wipe() {
    if (privateKey != null) {
      privateKey.wipe();
    }
    if (peer != null) {
      peer.wipe();
    }
    for (PeerChange change : peers) {
      change.wipe();
    }
  }

  private void skip() throws IOException {
    String line;
    do {
      line = readRaw();
    } while (line != null && !line.isEmpty());
  }

  private @Nullable String readLine() throws IOException, BadLine {
    lineNumber++;
    String line = readRaw();
    if (line != null && line.length() > MAX_LINE) {
      throw new BadLine(EIO, "line is longer than " + MAX_LINE + " characters");
    }
    return line;
  }

  /** Reads a line of a request that has begun and not ended. */
  private String readWithin() throws IOException, BadLine {
    String line = readLine();
    if (line == null) {
      throw new BadLine(EPROTO, "the request ends without an empty line");
    }
    return line;
  }

  /** Reads a line, of which no more than one character too many is kept. */
  private @Nullable String readRaw() throws IOException {
    StringBuilder line = new StringBuilder(128);
    boolean complete = false;
    while (!complete && (position < limit || fill())) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      int room = MAX_LINE + 1 - line.length();
      line.append(buffer, position, Math.min(room, end - position));
      complete = end < limit;
      position = complete ? end + 1 : end;
    }
    atEmptyLine = line.isEmpty();
    return complete || !atEmptyLine ? line.toString() : null;
  }

  /** Reads on; false at the end of the stream. */
  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, reader.read(buffer));
    return limit > 0;
  }
}
