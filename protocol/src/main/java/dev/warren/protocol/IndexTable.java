package dev.warren.protocol;

import dev.warren.crypto.RandomSource;
import dev.warren.packet.owner.Confined;
import org.jspecify.annotations.Nullable;

/**
 * Finds whom a receiver index was given to: a handshake that waits for its response, or a keypair.
 *
 * <p>Indices are uniformly random and unique in the device, so they tell an observer nothing. Open
 * addressing with linear probing; since the keys are random they are their own hash.
 */
@Confined("device")
final class IndexTable {
  private static final int INITIAL_CAPACITY = 16;

  private final RandomSource random;
  private int[] keys = new int[INITIAL_CAPACITY];
  private @Nullable Receiver[] values = new Receiver[INITIAL_CAPACITY];
  private int size;

  /** Whoever a receiver index may stand for. */
  sealed interface Receiver permits Handshake, Keypair {}

  IndexTable(RandomSource random) {
    this.random = random;
  }

  /** Gives out a new index. */
  int insert(Receiver receiver) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    while (true) {
      int index = random.nextInt();
      int at = find(index);
      if (values[at] == null) {
        keys[at] = index;
        values[at] = receiver;
        size++;
        return index;
      }
    }
  }

  /** Hands an index over to another receiver. */
  void replace(int index, Receiver from, Receiver to) {
    int at = find(index);
    if (values[at] == from) {
      values[at] = to;
    }
  }

  @Nullable Receiver lookup(int index) {
    return values[find(index)];
  }

  /** Takes an index back, if it is still the receiver's. */
  void remove(int index, Receiver receiver) {
    int gap = find(index);
    if (values[gap] != receiver) {
      return;
    }
    size--;
    // Later entries of the probe run move up, so that no search stops short at the gap.
    int mask = keys.length - 1;
    for (int at = (gap + 1) & mask; values[at] != null; at = (at + 1) & mask) {
      int home = keys[at] & mask;
      if (((at - home) & mask) >= ((at - gap) & mask)) {
        keys[gap] = keys[at];
        values[gap] = values[at];
        gap = at;
      }
    }
    values[gap] = null;
  }

  int size() {
    return size;
  }

  private int find(int index) {
    int mask = keys.length - 1;
    int at = index & mask;
    while (values[at] != null && keys[at] != index) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    int[] oldKeys = keys;
    @Nullable Receiver[] oldValues = values;
    keys = new int[2 * oldKeys.length];
    values = new Receiver[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != null) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }
}
