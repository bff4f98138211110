package dev.warren.netstack;

import dev.warren.packet.owner.Shared;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Large chunks of streams that were read, to be filled again: a connection that moves much would
 * leave as much garbage.
 *
 * <p>What does not fit into the pool is left to the collector, what it lacks is made. Its lock is
 * taken once for every {@link #BYTES}.
 *
 * <p><b>Owner:</b> any thread.
 */
@Shared
final class Spares {
  /** The size of the chunks kept: two dozen packets. */
  static final int BYTES = 32 << 10;

  private static final int MOST = 128;

  private final ArrayBlockingQueue<byte[]> kept = new ArrayBlockingQueue<>(MOST);

  /** An array of this size; what is in it is whatever was. */
  byte[] take(int size) {
    byte[] spare = size == BYTES ? kept.poll() : null;
    return spare == null ? new byte[size] : spare;
  }

  /** Gives an array back that nobody looks at any more. */
  void give(byte[] bytes) {
    if (bytes.length == BYTES) {
      kept.offer(bytes);
    }
  }
}
