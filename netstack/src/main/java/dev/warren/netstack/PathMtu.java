package dev.warren.netstack;

import dev.warren.packet.owner.Confined;
import java.util.Arrays;

/**
 * How large a packet may be on the way to a destination: the link's MTU, or less where a router
 * said so within the last ten minutes.
 *
 * <p>What routers say is kept for 1024 destinations, in 256 sets of four; a fifth of a set takes
 * the place of its oldest. Whether a message is to be believed is checked before it comes here.
 *
 * <p><b>Units:</b> whole IP packets in bytes.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 1191 §5 and §6.3 (plateaus, ageing), RFC 8201 §4; the floor of 552 bytes is
 * Linux's: below it a forged message costs more than a real one is worth.
 */
@Confined("device")
final class PathMtu {
  static final int MIN_V4 = 552;
  static final int MIN_V6 = 1280;
  static final long AGE_NANOS = 600_000_000_000L;

  private static final int SETS = 256;
  private static final int WAYS = 4;
  private static final int[] PLATEAUS = {32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 552};

  private final long[] highs = new long[SETS * WAYS];
  private final long[] lows = new long[SETS * WAYS];

  /** 0 is a free place. */
  private final int[] mtus = new int[SETS * WAYS];

  private final long[] learnedNanos = new long[SETS * WAYS];
  private final long secret;
  private int linkMtu;
  private boolean empty = true;

  /**
   * @param secret keeps others from choosing destinations that share a set
   */
  PathMtu(int linkMtu, long secret) {
    this.linkMtu = linkMtu;
    this.secret = secret;
  }

  /** The link's own MTU changed; what was learned is tried anew. */
  void linkMtu(int mtu) {
    linkMtu = mtu;
    Arrays.fill(mtus, 0);
    empty = true;
  }

  int linkMtu() {
    return linkMtu;
  }

  /** The largest packet for a destination. */
  int pathMtu(boolean v6, long high, long low, long nowNanos) {
    if (empty) {
      return linkMtu;
    }
    int place = find(v6, high, low);
    if (place < 0) {
      return linkMtu;
    }
    if (nowNanos - learnedNanos[place] >= AGE_NANOS) {
      mtus[place] = 0;
      return linkMtu;
    }
    return Math.min(mtus[place], linkMtu);
  }

  /**
   * A router said that a packet was too big.
   *
   * @param mtu what it lets through; see {@link #plateauBelow} for one that does not say
   * @return whether this makes the path's MTU smaller
   */
  boolean learned(boolean v6, long high, long low, int mtu, long nowNanos) {
    int bounded = Math.max(mtu, v6 ? MIN_V6 : MIN_V4);
    if (bounded >= pathMtu(v6, high, low, nowNanos)) {
      return false;
    }
    int place = find(v6, high, low);
    if (place < 0) {
      place = oldest(set(v6, high, low));
    }
    highs[place] = high(v6, high);
    lows[place] = low;
    mtus[place] = bounded;
    learnedNanos[place] = nowNanos;
    empty = false;
    return true;
  }

  private int find(boolean v6, long high, long low) {
    int first = set(v6, high, low);
    long stored = high(v6, high);
    for (int i = first; i < first + WAYS; i++) {
      if (mtus[i] != 0 && lows[i] == low && highs[i] == stored) {
        return i;
      }
    }
    return -1;
  }

  private int oldest(int first) {
    int oldest = first;
    for (int i = first; i < first + WAYS; i++) {
      if (mtus[i] == 0) {
        return i;
      }
      if (learnedNanos[i] < learnedNanos[oldest]) {
        oldest = i;
      }
    }
    return oldest;
  }

  private int set(boolean v6, long high, long low) {
    long mixed = (high(v6, high) * 0x9e3779b97f4a7c15L ^ low ^ secret) * 0xbf58476d1ce4e5b9L;
    return (int) (mixed >>> 56) * WAYS;
  }

  /** Tells the families apart: no IPv6 address of a host begins with all ones. */
  private static long high(boolean v6, long high) {
    return v6 ? high : -1;
  }

  /** What to try next when a router does not say its MTU (RFC 1191 §5). */
  static int plateauBelow(int packetBytes) {
    for (int plateau : PLATEAUS) {
      if (plateau < packetBytes) {
        return plateau;
      }
    }
    return MIN_V4;
  }
}
