package dev.warren.embed.dns;

import dev.warren.packet.owner.Immutable;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A domain name; capitals make no difference.
 *
 * <p><b>Shape:</b> labels, each a length (1 to 63) and as many octets, and a closing zero; 255
 * octets at most. ASCII letters are kept small.
 *
 * <p><b>Errors:</b> what is no name is null.
 *
 * <p><b>Source:</b> RFC 1035 section 3.1, RFC 2181 section 11, RFC 4343.
 */
@Immutable
final class DnsName {
  static final int MAX_BYTES = 255;
  private static final int MAX_LABEL_BYTES = 63;

  private final byte[] wire;

  private DnsName(byte[] wire) {
    this.wire = wire;
  }

  /** Takes labels whose lengths have been checked; keeps the array. */
  static DnsName ofWire(byte[] wire) {
    for (int i = 0; i < wire.length; i++) {
      wire[i] = small(wire[i]);
    }
    return new DnsName(wire);
  }

  /** Reads the name of a host: letters, digits, hyphen and underscore; others by IDNA. */
  static @Nullable DnsName parse(String host) {
    String text = host;
    if (!text.chars().allMatch(c -> c < 0x80)) {
      try {
        text = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    if (text.endsWith(".")) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.isEmpty() || text.length() > MAX_BYTES - 2) {
      return null;
    }
    byte[] wire = new byte[text.length() + 2];
    int length = 0;
    for (int i = text.length() - 1; i >= -1; i--) {
      char c = i < 0 ? '.' : text.charAt(i);
      if (c == '.') {
        if (length == 0 || length > MAX_LABEL_BYTES) {
          return null;
        }
        wire[i + 1] = (byte) length;
        length = 0;
      } else if (isHostCharacter(c)) {
        wire[i + 1] = (byte) c;
        length++;
      } else {
        return null;
      }
    }
    return ofWire(wire);
  }

  /** This name in front of another; null where that is too long. */
  @Nullable DnsName under(DnsName suffix) {
    int own = wire.length - 1;
    if (own + suffix.wire.length > MAX_BYTES) {
      return null;
    }
    byte[] joined = Arrays.copyOf(wire, own + suffix.wire.length);
    System.arraycopy(suffix.wire, 0, joined, own, suffix.wire.length);
    return new DnsName(joined);
  }

  /** The name without its first label; null for the root. */
  @Nullable DnsName parent() {
    return wire[0] == 0 ? null : new DnsName(Arrays.copyOfRange(wire, 1 + wire[0], wire.length));
  }

  /** Whether this is the other name or one below it. */
  boolean isWithin(DnsName suffix) {
    for (DnsName name = this; name != null; name = name.parent()) {
      if (name.equals(suffix)) {
        return true;
      }
    }
    return false;
  }

  boolean isSingleLabel() {
    return wire[0] != 0 && wire[1 + wire[0]] == 0;
  }

  /** Whether the last label is digits alone: an address that is not well formed, and no name. */
  boolean endsInNumber() {
    int last = 0;
    for (int at = 0; wire[at] != 0; at += 1 + wire[at]) {
      last = at;
    }
    for (int i = last + 1; i <= last + wire[last]; i++) {
      if (wire[i] < '0' || wire[i] > '9') {
        return false;
      }
    }
    return true;
  }

  int wireBytes() {
    return wire.length;
  }

  /**
   * Writes the name with each letter's size chosen at random: an answer must bring the same back,
   * which a forger has to guess.
   */
  void write(byte[] into, int offset, RandomGenerator random) {
    for (int i = 0; i < wire.length; i++) {
      // Lengths are below the letters, so they stay as they are.
      boolean letter = wire[i] >= 'a' && wire[i] <= 'z';
      into[offset + i] = letter && random.nextBoolean() ? (byte) (wire[i] - 32) : wire[i];
    }
  }

  static byte small(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
  }

  private static boolean isHostCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DnsName name && Arrays.equals(wire, name.wire);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wire);
  }

  /** The name in print, without the root's dot; odd octets as {@code \DDD}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int at = 0; wire[at] != 0; at += 1 + wire[at]) {
      if (at > 0) {
        text.append('.');
      }
      for (byte octet : Arrays.copyOfRange(wire, at + 1, at + 1 + wire[at])) {
        char c = (char) (octet & 0xff);
        if (c <= ' ' || c >= 0x7f || c == '.' || c == '\\') {
          text.append('\\').append((char) ('0' + c / 100)).append((char) ('0' + c / 10 % 10));
          text.append((char) ('0' + c % 10));
        } else {
          text.append(new String(new byte[] {octet}, StandardCharsets.US_ASCII));
        }
      }
    }
    return text.isEmpty() ? "." : text.toString();
  }
}
