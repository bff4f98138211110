package dev.warren.netstack;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Puts packets together from their fragments.
 *
 * <p>Bounds: {@value #MAX_PACKETS} packets under way in all and {@value #MAX_PER_SOURCE} of one
 * source, each in a room of 64 KiB: 4 MiB and 1 MiB. When there is no room the oldest packet of
 * that source, or of all, is given up: the fragments of an honest packet come close together, so it
 * is done before a flood has pushed it out. An IPv4 packet has 30 seconds, an IPv6 packet 60.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> RFC 791 §3.2, RFC 815 (holes; here a bit for each 8 bytes), RFC 1122 §3.3.2;
 * RFC 8200 §4.5; RFC 5722 (overlaps kill the packet, in IPv4 also); RFC 3168 §5.3.
 */
@Confined("device")
final class Reassembly {
  static final int MAX_PACKETS = 64;
  static final int MAX_PER_SOURCE = 16;
  static final long V4_NANOS = 30_000_000_000L;
  static final long V6_NANOS = 60_000_000_000L;

  private static final int V4_TIME_EXCEEDED = 0x0b01;
  private static final int V6_TIME_EXCEEDED = 0x0301;

  /** All that were ever needed; those not in use wait to be. */
  private final FragmentedPacket[] packets = new FragmentedPacket[MAX_PACKETS];

  private final Replies replies;
  private final StackCounters counters;
  private @Nullable FragmentedPacket delivered;
  private int made;
  private int used;
  private long nextDeadlineNanos = Long.MAX_VALUE;

  Reassembly(Replies replies, StackCounters counters) {
    this.replies = replies;
    this.counters = counters;
  }

  /** When the next packet is given up. */
  long nextDeadlineNanos() {
    return nextDeadlineNanos;
  }

  /** How many packets are under way. */
  int used() {
    return used;
  }

  /**
   * Takes a fragment. When it was the last one missing, {@code p} becomes the whole packet, which
   * stays valid until the next fragment comes.
   *
   * @param p the fragment: its addresses, and its piece of the packet as payload
   * @param packetAt where the fragment's own IP header is, to be quoted
   * @return {@link Fate#DELIVERED} when {@code p} is whole now
   */
  Fate add(InboundPacket p, int identification, int at, boolean more, int packetAt, long nowNanos) {
    FragmentedPacket packet = find(p, identification);
    if (packet == null) {
      packet = begin(p, identification, nowNanos);
    } else if (packet.dead) {
      return Fate.FRAGMENT_OF_DEAD;
    }
    Fate fate = packet.add(p, at, more, packetAt);
    if (fate == Fate.DELIVERED) {
      packet.deliver(p);
      release(packet);
      delivered = packet;
    } else if (fate == Fate.FRAGMENT_OVERLAP || fate == Fate.BAD_FRAGMENT) {
      packet.dead = true; // kept, so that what still comes of it is known
      counters.gaveUpReassembly();
    }
    return fate;
  }

  /** Gives up packets whose time is up. */
  void expire(long nowNanos) {
    if (nowNanos < nextDeadlineNanos) {
      return;
    }
    for (int i = 0; i < made; i++) {
      FragmentedPacket packet = packets[i];
      if (packet.used && packet.deadlineNanos <= nowNanos) {
        if (!packet.dead) {
          counters.gaveUpReassembly();
          sayTimeExceeded(packet, nowNanos);
        }
        release(packet);
      }
    }
  }

  private void sayTimeExceeded(FragmentedPacket packet, long nowNanos) {
    if (packet.quoteLength > 0) {
      int typeAndCode = packet.v6 ? V6_TIME_EXCEEDED : V4_TIME_EXCEEDED;
      replies.error(typeAndCode, 0, packet.quote, 0, packet.quoteLength, nowNanos);
    }
  }

  /** How the packet delivered last began, to be quoted. */
  MemorySegment quote() {
    return delivered == null
        ? MemorySegment.NULL
        : delivered.quote.asSlice(0, delivered.quoteLength);
  }

  private @Nullable FragmentedPacket find(InboundPacket p, int identification) {
    for (int i = 0; i < made; i++) {
      if (packets[i].used && packets[i].isOf(p, identification)) {
        return packets[i];
      }
    }
    return null;
  }

  private FragmentedPacket begin(InboundPacket p, int identification, long nowNanos) {
    FragmentedPacket packet = room(p);
    packet.begin(p, identification, nowNanos + (p.v6 ? V6_NANOS : V4_NANOS));
    used++;
    nextDeadlineNanos = Math.min(nextDeadlineNanos, packet.deadlineNanos);
    return packet;
  }

  private FragmentedPacket room(InboundPacket p) {
    FragmentedPacket free = null;
    FragmentedPacket oldest = null;
    FragmentedPacket oldestOfSource = null;
    int ofSource = 0;
    for (int i = 0; i < made; i++) {
      FragmentedPacket each = packets[i];
      if (!each.used) {
        free = each;
        continue;
      }
      oldest = older(oldest, each);
      if (each.isFrom(p)) {
        ofSource++;
        oldestOfSource = older(oldestOfSource, each);
      }
    }
    if (oldestOfSource != null && ofSource >= MAX_PER_SOURCE) {
      return giveUp(oldestOfSource);
    }
    if (free != null) {
      return free;
    }
    if (made < MAX_PACKETS || oldest == null) {
      FragmentedPacket fresh = new FragmentedPacket();
      packets[made++] = fresh;
      return fresh;
    }
    return giveUp(oldest);
  }

  private FragmentedPacket giveUp(FragmentedPacket packet) {
    if (!packet.dead) {
      counters.gaveUpReassembly();
    }
    release(packet);
    return packet;
  }

  private static FragmentedPacket older(@Nullable FragmentedPacket a, FragmentedPacket b) {
    return a == null || b.deadlineNanos < a.deadlineNanos ? b : a;
  }

  private void release(FragmentedPacket packet) {
    packet.used = false;
    used--;
    nextDeadlineNanos = Long.MAX_VALUE;
    for (int i = 0; i < made; i++) {
      if (packets[i].used) {
        nextDeadlineNanos = Math.min(nextDeadlineNanos, packets[i].deadlineNanos);
      }
    }
  }
}
