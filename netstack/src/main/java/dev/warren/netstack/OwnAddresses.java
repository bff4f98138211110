package dev.warren.netstack;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host's own addresses, to be asked about each packet. They are few: a search in turn it is.
 *
 * <p><b>Source:</b> RFC 6724 §5 (rule 1: the destination itself, rule 8: the longest prefix in
 * common).
 */
@Immutable
final class OwnAddresses {
  private final List<IpAddress> all;
  private final int[] v4;
  private final long[] v6Highs;
  private final long[] v6Lows;

  OwnAddresses(List<IpAddress> addresses) {
    all = List.copyOf(addresses);
    v4 = all.stream().filter(a -> !a.isV6()).mapToInt(a -> (int) a.low()).toArray();
    v6Highs = all.stream().filter(IpAddress::isV6).mapToLong(IpAddress::high).toArray();
    v6Lows = all.stream().filter(IpAddress::isV6).mapToLong(IpAddress::low).toArray();
  }

  List<IpAddress> all() {
    return all;
  }

  boolean hasV4(int address) {
    for (int own : v4) {
      if (own == address) {
        return true;
      }
    }
    return false;
  }

  boolean hasV6(long high, long low) {
    for (int i = 0; i < v6Lows.length; i++) {
      if (v6Lows[i] == low && v6Highs[i] == high) {
        return true;
      }
    }
    return false;
  }

  boolean has(boolean v6, long high, long low) {
    return v6 ? hasV6(high, low) : hasV4((int) low);
  }

  boolean has(IpAddress address) {
    return has(address.isV6(), address.high(), address.low());
  }

  /** The object for one of the own addresses. */
  IpAddress of(boolean v6, long high, long low) {
    for (IpAddress own : all) {
      if (own.isV6() == v6 && own.high() == high && own.low() == low) {
        return own;
      }
    }
    return v6 ? IpAddress.v6(high, low) : IpAddress.v4((int) low);
  }

  /** The source of packets to a destination; null when there is none of its family. */
  @Nullable IpAddress sourceFor(IpAddress remote) {
    boolean loopback =
        remote.isV6()
            ? remote.high() == 0 && remote.low() == 1
            : remote.low() >>> 24 == 127; // RFC 1122 §3.2.1.3: never on a network
    if (loopback && !has(remote)) {
      return null;
    }
    IpAddress best = null;
    int bestBits = -1;
    for (IpAddress own : all) {
      int bits = own.isV6() == remote.isV6() ? commonBits(own, remote) : -1;
      if (bits > bestBits) {
        best = own;
        bestBits = bits;
      }
    }
    return best;
  }

  private static int commonBits(IpAddress a, IpAddress b) {
    if (!a.isV6()) {
      return Long.numberOfLeadingZeros(a.low() ^ b.low()) - 32;
    }
    long highs = a.high() ^ b.high();
    return highs != 0
        ? Long.numberOfLeadingZeros(highs)
        : 64 + Long.numberOfLeadingZeros(a.low() ^ b.low());
  }
}
