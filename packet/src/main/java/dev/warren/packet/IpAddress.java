package dev.warren.packet;

import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address as numbers.
 *
 * <p><b>Shape:</b> {@code high} and {@code low} are the address read as one big-endian number of
 * 128 bits; an IPv4 address is the low 32 bits of {@code low}, the rest zero.
 *
 * <p><b>Errors:</b> {@link #parse} answers null for what is no numeric address.
 *
 * <p><b>Source:</b> RFC 4291 §2.2 (text forms), RFC 5952 (the form written).
 */
@Immutable
public final class IpAddress {
  private final boolean v6;
  private final long high;
  private final long low;

  private IpAddress(boolean v6, long high, long low) {
    this.v6 = v6;
    this.high = high;
    this.low = low;
  }

  /** An IPv4 address from its 32 bits in host order. */
  public static IpAddress v4(int bits) {
    return new IpAddress(false, 0, bits & 0xffffffffL);
  }

  /** An IPv6 address from its two halves in host order. */
  public static IpAddress v6(long high, long low) {
    return new IpAddress(true, high, low);
  }

  /** Reads 4 bytes in network order. */
  public static IpAddress readV4(MemorySegment memory, long offset) {
    return v4(memory.get(Layouts.INT_BE, offset));
  }

  /** Reads 16 bytes in network order. */
  public static IpAddress readV6(MemorySegment memory, long offset) {
    return v6(memory.get(Layouts.LONG_BE, offset), memory.get(Layouts.LONG_BE, offset + 8));
  }

  /** Parses a numeric address without zone or brackets; null when it is none. */
  public static @Nullable IpAddress parse(String text) {
    return text.indexOf(':') >= 0 ? IpAddressText.parseV6(text) : IpAddressText.parseV4(text);
  }

  /** Whether this is an IPv6 address. */
  public boolean isV6() {
    return v6;
  }

  /** The upper 64 bits; 0 for IPv4. */
  public long high() {
    return high;
  }

  /** The lower 64 bits, for IPv4 its 32 bits. */
  public long low() {
    return low;
  }

  /** The number of bits of the family: 32 or 128. */
  public int bits() {
    return v6 ? 128 : 32;
  }

  /** Whether it is IPv6 link-local (fe80::/10), and so needs a zone. */
  public boolean isLinkLocalV6() {
    return v6 && (high >>> 54) == 0xfe80 >>> 6;
  }

  /** Writes the 4 or 16 bytes in network order; answers how many. */
  public int write(MemorySegment memory, long offset) {
    if (!v6) {
      memory.set(Layouts.INT_BE, offset, (int) low);
      return 4;
    }
    memory.set(Layouts.LONG_BE, offset, high);
    memory.set(Layouts.LONG_BE, offset + 8, low);
    return 16;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof IpAddress a && v6 == a.v6 && high == a.high && low == a.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high * 0x9e3779b97f4a7c15L + low) + (v6 ? 1 : 0);
  }

  @Override
  public String toString() {
    return v6 ? IpAddressText.formatV6(high, low) : IpAddressText.formatV4((int) low);
  }

  /** Apart, so that a program that only reads and writes text does not load them. */
  private static final class Layouts {
    static final ValueLayout.OfInt INT_BE =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG_BE =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  }
}
