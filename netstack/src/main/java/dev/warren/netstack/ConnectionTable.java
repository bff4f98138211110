package dev.warren.netstack;

import dev.warren.packet.owner.Confined;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections by their two ends: a hash table with open addressing, so that a look-up allocates
 * nothing.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
final class ConnectionTable {
  private final long secret;
  private @Nullable ControlBlock[] slots = new ControlBlock[64];
  private int count;

  /**
   * @param secret keeps others from choosing connections that collide
   */
  ConnectionTable(long secret) {
    this.secret = secret;
  }

  int count() {
    return count;
  }

  /** The connection that a segment from {@code remote} to {@code local} belongs to. */
  @Nullable ControlBlock find(
      boolean v6,
      long localHigh,
      long localLow,
      int localPort,
      long remoteHigh,
      long remoteLow,
      int remotePort) {
    long ports = (long) localPort << 16 | remotePort;
    int mask = slots.length - 1;
    int i = hash(localHigh, localLow, remoteHigh, remoteLow, ports) & mask;
    for (ControlBlock block; (block = slots[i]) != null; i = (i + 1) & mask) {
      Flow flow = block.flow;
      if (flow.ports() == ports
          && flow.remote().low() == remoteLow
          && flow.local().low() == localLow
          && flow.remote().high() == remoteHigh
          && flow.local().high() == localHigh
          && flow.v6() == v6) {
        return block;
      }
    }
    return null;
  }

  @Nullable ControlBlock find(Flow flow) {
    return find(
        flow.v6(),
        flow.local().high(),
        flow.local().low(),
        flow.localPort(),
        flow.remote().high(),
        flow.remote().low(),
        flow.remotePort());
  }

  /** Adds a connection that is not in it. */
  void add(ControlBlock block) {
    if (2 * (count + 1) > slots.length) {
      @Nullable ControlBlock[] old = slots;
      slots = new ControlBlock[2 * old.length];
      for (ControlBlock each : old) {
        if (each != null) {
          place(each);
        }
      }
    }
    place(block);
    count++;
  }

  void remove(ControlBlock block) {
    int mask = slots.length - 1;
    int i = home(block);
    while (slots[i] != block) {
      if (slots[i] == null) {
        return;
      }
      i = (i + 1) & mask;
    }
    count--;
    // Those behind move up, so that no look-up meets a gap before its place.
    int hole = i;
    for (int j = (i + 1) & mask; ; j = (j + 1) & mask) {
      ControlBlock next = slots[j];
      if (next == null) {
        break;
      }
      int wanted = home(next);
      if (((j - wanted) & mask) >= ((j - hole) & mask)) {
        slots[hole] = next;
        hole = j;
      }
    }
    slots[hole] = null;
  }

  void forEach(Consumer<ControlBlock> visitor) {
    for (ControlBlock each : slots.clone()) {
      if (each != null) {
        visitor.accept(each);
      }
    }
  }

  private void place(ControlBlock block) {
    int mask = slots.length - 1;
    int i = home(block);
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = block;
  }

  private int home(ControlBlock block) {
    Flow flow = block.flow;
    int hash =
        hash(
            flow.local().high(),
            flow.local().low(),
            flow.remote().high(),
            flow.remote().low(),
            flow.ports());
    return hash & (slots.length - 1);
  }

  private int hash(long localHigh, long localLow, long high, long low, long ports) {
    long mixed = (low ^ secret) * 0x9e3779b97f4a7c15L;
    mixed = (Long.rotateLeft(mixed, 29) ^ high ^ localLow) * 0xbf58476d1ce4e5b9L;
    mixed = (Long.rotateLeft(mixed, 31) ^ ports ^ localHigh ^ secret) * 0x94d049bb133111ebL;
    return (int) (mixed >>> 32);
  }
}
