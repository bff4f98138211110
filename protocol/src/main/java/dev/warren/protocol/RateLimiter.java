package dev.warren.protocol;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;

/**
 * Bounds how many handshake messages a source may have looked at while the device is under load: 20
 * a second, 5 at once. A source is an IPv4 address or an IPv6 network of 64 bits, since that much a
 * single host has.
 *
 * <p>A token bucket per source, kept as one number: the time at which the bucket is full again.
 * Each message moves it 50 ms ahead; a message that would move it more than 250 ms ahead of now is
 * refused and moves nothing. A full bucket is as good as none, so a source is forgotten as soon as
 * its bucket is full, a quarter of a second after its last message.
 *
 * <p><b>When full:</b> a source that is new takes the place of the one whose last accepted message
 * is the longest ago. Refusing new sources instead, as the kernel does, would let whoever sends
 * from {@value #SOURCES} addresses shut out everybody else. The source that lost its place gets a
 * fresh bucket, which gains it little: for that many sources must have been accepted in between.
 *
 * <p><b>Shape:</b> parallel arrays, indexed by slot number from 1 (0 is "none"): a hash table with
 * chains, and a list in order of last acceptance. The hash has no secret: who picks addresses that
 * collide makes chains of at most {@value #SOURCES} slots, which cost less to walk than the
 * handshake that they ask for. About 300 KiB; nothing is allocated after construction.
 *
 * <p><b>Units:</b> monotonic nanoseconds of any origin; only differences count.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> the kernel's {@code ratelimiter.c} (rate, burst, what a source is).
 */
@Confined("device")
final class RateLimiter {
  static final int PACKETS_PER_SECOND = 20;
  static final int PACKETS_BURSTABLE = 5;

  /** How many sources are told apart at once. */
  static final int SOURCES = 8192;

  private static final long PACKET_COST_NANOS = 1_000_000_000L / PACKETS_PER_SECOND;
  private static final long BUCKET_NANOS = PACKET_COST_NANOS * PACKETS_BURSTABLE;
  private static final int BUCKET_BITS = 14;
  private static final int NONE = 0;

  /** No IPv6 network of unicast addresses begins so: tells IPv4 addresses from IPv6 networks. */
  private static final long V4 = 0xffff_ffff_0000_0000L;

  private final int capacity;
  private final int[] heads = new int[1 << BUCKET_BITS];
  private final long[] keys;
  private final long[] fullAtNanos;
  private final int[] nextInChain;

  // A ring through slot NONE: newer[NONE] is the source accepted the longest ago.
  private final int[] older;
  private final int[] newer;
  private int firstFree;
  private int count;

  RateLimiter() {
    this(SOURCES);
  }

  RateLimiter(int capacity) {
    this.capacity = capacity;
    keys = new long[capacity + 1];
    fullAtNanos = new long[capacity + 1];
    nextInChain = new int[capacity + 1];
    older = new int[capacity + 1];
    newer = new int[capacity + 1];
    clear();
  }

  /** Whether a message of this source may be looked at now; if so it is counted. */
  boolean allow(IpAddress source, long nowNanos) {
    forgetFull(nowNanos);
    long key = source.isV6() ? source.high() : V4 | source.low();
    int slot = find(key);
    if (slot == NONE) {
      slot = add(key);
      fullAtNanos[slot] = nowNanos;
    } else if (fullAtNanos[slot] - nowNanos < 0) {
      fullAtNanos[slot] = nowNanos;
    } else if (fullAtNanos[slot] + PACKET_COST_NANOS - nowNanos > BUCKET_NANOS) {
      return false;
    }
    fullAtNanos[slot] += PACKET_COST_NANOS;
    unlink(slot);
    linkNewest(slot);
    return true;
  }

  /** How many sources are remembered. */
  int count() {
    return count;
  }

  /** Forgets all sources. */
  void clear() {
    Arrays.fill(heads, NONE);
    for (int slot = 1; slot <= capacity; slot++) {
      nextInChain[slot] = slot < capacity ? slot + 1 : NONE;
    }
    firstFree = 1;
    older[NONE] = NONE;
    newer[NONE] = NONE;
    count = 0;
  }

  /**
   * Forgets from the old end on the sources whose buckets are full.
   *
   * <p>A source behind one with a fuller bucket may stay up to 250 ms longer than it must.
   */
  private void forgetFull(long nowNanos) {
    while (newer[NONE] != NONE && fullAtNanos[newer[NONE]] - nowNanos <= 0) {
      forget(newer[NONE]);
    }
  }

  private int find(long key) {
    int slot = heads[bucket(key)];
    while (slot != NONE && keys[slot] != key) {
      slot = nextInChain[slot];
    }
    return slot;
  }

  private int add(long key) {
    if (firstFree == NONE) {
      forget(newer[NONE]);
    }
    int slot = firstFree;
    firstFree = nextInChain[slot];
    int bucket = bucket(key);
    keys[slot] = key;
    nextInChain[slot] = heads[bucket];
    heads[bucket] = slot;
    linkNewest(slot);
    count++;
    return slot;
  }

  private void forget(int slot) {
    int bucket = bucket(keys[slot]);
    if (heads[bucket] == slot) {
      heads[bucket] = nextInChain[slot];
    } else {
      int before = heads[bucket];
      while (nextInChain[before] != slot) {
        before = nextInChain[before];
      }
      nextInChain[before] = nextInChain[slot];
    }
    unlink(slot);
    nextInChain[slot] = firstFree;
    firstFree = slot;
    count--;
  }

  private void linkNewest(int slot) {
    int last = older[NONE];
    older[slot] = last;
    newer[slot] = NONE;
    newer[last] = slot;
    older[NONE] = slot;
  }

  private void unlink(int slot) {
    newer[older[slot]] = newer[slot];
    older[newer[slot]] = older[slot];
  }

  private static int bucket(long key) {
    return (int) ((key * 0x9e3779b97f4a7c15L) >>> (Long.SIZE - BUCKET_BITS));
  }
}
