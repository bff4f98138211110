package dev.warren.cli.conf;

import dev.warren.crypto.RandomSource;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses inside a tunnel: a private IPv4 network, an IPv6 one, or both.
 *
 * <p><b>Source:</b> RFC 1918; RFC 4193 §3.2.2: 40 random bits, so that two networks that meet one
 * day do not overlap.
 */
record Network(@Nullable Prefix v4, @Nullable Prefix v6) {
  private static final int V4_LENGTH = 24;
  private static final int V6_LENGTH = 64;

  /** Hosts need room: two bits or more. */
  private static final int MIN_HOST_BITS = 2;

  /** A search for a free address ends here, in whichever network. */
  private static final int MAX_HOST = 1 << 16;

  /**
   * A network that is in use nowhere, as far as chance goes. The lower half of 10.0.0.0/8 is left
   * alone: there are the networks of routers, clouds and other people's VPNs.
   */
  static Network random(RandomSource random) {
    int v4 = 10 << 24 | (128 + (random.nextInt() >>> 25)) << 16 | random.nextInt() >>> 24 << 8;
    long v6 =
        0xfdL << 56
            | Integer.toUnsignedLong(random.nextInt()) << 24
            | random.nextInt() >>> 24 << 16;
    return new Network(
        new Prefix(IpAddress.v4(v4), V4_LENGTH), new Prefix(IpAddress.v6(v6, 0), V6_LENGTH));
  }

  /** Reads {@code 10.9.8.0/24}, {@code fd00::/64} or both with a comma; null when it is none. */
  static @Nullable Network parse(String text) {
    Prefix v4 = null;
    Prefix v6 = null;
    for (String part : text.split(",", -1)) {
      Prefix prefix = part.indexOf('/') < 0 ? null : Prefix.parse(part.strip());
      if (prefix == null || prefix.address().bits() - prefix.length() < MIN_HOST_BITS) {
        return null;
      }
      if (prefix.isV6() ? v6 != null : v4 != null) {
        return null;
      }
      if (prefix.isV6()) {
        v6 = prefix;
      } else {
        v4 = prefix;
      }
    }
    return new Network(v4, v6);
  }

  /** The networks of an interface, by its addresses; empty where it has single addresses only. */
  static Network around(List<Prefix> interfaceNetworks) {
    Prefix v4 = null;
    Prefix v6 = null;
    for (Prefix prefix : interfaceNetworks) {
      boolean room = prefix.address().bits() - prefix.length() >= MIN_HOST_BITS;
      if (room && prefix.isV6() && v6 == null) {
        v6 = prefix;
      } else if (room && !prefix.isV6() && v4 == null) {
        v4 = prefix;
      }
    }
    return new Network(v4, v6);
  }

  boolean isEmpty() {
    return v4 == null && v6 == null;
  }

  /** The networks, IPv4 first. */
  List<Prefix> prefixes() {
    List<Prefix> prefixes = new ArrayList<>(2);
    if (v4 != null) {
      prefixes.add(v4);
    }
    if (v6 != null) {
      prefixes.add(v6);
    }
    return prefixes;
  }

  /** Whether this many machines have room. */
  boolean hasRoomFor(int machines) {
    for (Prefix prefix : prefixes()) {
      int bits = Math.min(16, prefix.address().bits() - prefix.length());
      if ((1 << bits) - 2 < machines) {
        return false;
      }
    }
    return true;
  }

  /** The addresses of machine {@code number}, counted from 1, one of each network. */
  List<IpAddress> addresses(int number) {
    List<IpAddress> addresses = new ArrayList<>(2);
    for (Prefix prefix : prefixes()) {
      IpAddress first = prefix.address();
      addresses.add(
          first.isV6()
              ? IpAddress.v6(first.high(), first.low() + number)
              : IpAddress.v4((int) first.low() + number));
    }
    return addresses;
  }

  /**
   * The lowest number whose addresses nobody has; 0 when there is none. Whoever has a whole
   * network, or more, has it to route what goes there, and leaves its addresses to others.
   */
  int freeNumber(List<Prefix> taken) {
    Set<IpAddress> single = new HashSet<>();
    List<Prefix> blocks = new ArrayList<>();
    for (Prefix prefix : taken) {
      Prefix network = prefix.isV6() ? v6 : v4;
      if (prefix.length() == prefix.address().bits()) {
        single.add(prefix.address());
      } else if (network != null && prefix.length() > network.length()) {
        blocks.add(prefix);
      }
    }
    for (int number = 1; number < MAX_HOST && hasRoomFor(number); number++) {
      boolean free = true;
      for (IpAddress address : addresses(number)) {
        free &= !single.contains(address);
        for (Prefix block : blocks) {
          free &= !block.contains(address);
        }
      }
      if (free) {
        return number;
      }
    }
    return 0;
  }

  /** Addresses with the length of their network, as {@code Address} has them. */
  String interfaceAddresses(int number) {
    StringBuilder text = new StringBuilder();
    List<IpAddress> addresses = addresses(number);
    for (int i = 0; i < addresses.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(addresses.get(i)).append('/');
      text.append(prefixes().get(i).length());
    }
    return text.toString();
  }

  /** Addresses as single ones, as {@code AllowedIPs} has them. */
  String allowedIps(int number) {
    StringBuilder text = new StringBuilder();
    for (IpAddress address : addresses(number)) {
      text.append(text.isEmpty() ? "" : ", ").append(Prefix.of(address));
    }
    return text.toString();
  }

  /** The networks themselves, as {@code AllowedIPs} has them. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Prefix prefix : prefixes()) {
      text.append(text.isEmpty() ? "" : ", ").append(prefix);
    }
    return text.toString();
  }
}
