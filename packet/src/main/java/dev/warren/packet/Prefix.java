package dev.warren.packet;

import dev.warren.packet.owner.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses: all that share the first {@link #length} bits.
 *
 * <p><b>Shape:</b> an address whose bits beyond the length are zero, whatever was given, and a
 * length of 0..32 (IPv4) or 0..128 (IPv6) bits.
 *
 * <p><b>Errors:</b> {@link #parse} answers null; a length out of range is a bug and throws.
 *
 * <p><b>Source:</b> RFC 4632 §3.1, RFC 4291 §2.3.
 */
@Immutable
public final class Prefix {
  private final IpAddress address;
  private final int length;

  /** The block of {@code length} bits that the address lies in. */
  public Prefix(IpAddress address, int length) {
    if (length < 0 || length > address.bits()) {
      throw new IllegalArgumentException("prefix length " + length + " for " + address);
    }
    this.address = cut(address, length);
    this.length = length;
  }

  /** The block that holds this one address. */
  public static Prefix of(IpAddress address) {
    return new Prefix(address, address.bits());
  }

  /**
   * Parses {@code 10.0.0.0/8}, {@code fd00::/8} or a bare address, which is the block of that one
   * address; null when it is none. Bits beyond the length are cleared.
   */
  public static @Nullable Prefix parse(String text) {
    int slash = text.indexOf('/');
    IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return null;
    }
    int length = slash < 0 ? address.bits() : parseLength(text, slash + 1);
    return length < 0 || length > address.bits() ? null : new Prefix(address, length);
  }

  /** The first address of the block. */
  public IpAddress address() {
    return address;
  }

  /** How many leading bits are fixed. */
  public int length() {
    return length;
  }

  /** Whether it is a block of IPv6 addresses. */
  public boolean isV6() {
    return address.isV6();
  }

  /** Whether the address lies in the block; never across families. */
  public boolean contains(IpAddress other) {
    return other.isV6() == isV6() && cut(other, length).equals(address);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Prefix p && length == p.length && address.equals(p.address);
  }

  @Override
  public int hashCode() {
    return address.hashCode() * 31 + length;
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }

  private static IpAddress cut(IpAddress address, int length) {
    if (!address.isV6()) {
      return IpAddress.v4((int) (address.low() & mask(length + 32)));
    }
    return IpAddress.v6(address.high() & mask(length), address.low() & mask(length - 64));
  }

  /** The upper {@code bits} of 64: none when negative, all from 64 on. */
  private static long mask(int bits) {
    return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
  }

  /** Reads one to three digits without leading zeros to the end of the text; -1 when it is none. */
  private static int parseLength(String text, int start) {
    int digits = text.length() - start;
    if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(start) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
