package dev.warren.linux;

import dev.warren.packet.Endpoint;
import dev.warren.packet.owner.Confined;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints to which the kernel refused a run of datagrams that went singly: their path takes
 * only smaller packets, so each datagram must be cut into fragments, and those of a run cannot be.
 *
 * <p><b>Shape:</b> direct-mapped by the remote end; a newcomer takes the place of whoever had it.
 * An entry counts for {@link #RETRY_NANOS}: paths change, and one refusal in a minute costs
 * nothing.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
final class RunRefusals {
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int INDEX_BITS = 6;

  private final @Nullable Endpoint[] endpoints = new Endpoint[1 << INDEX_BITS];
  private final long[] untilNanos = new long[1 << INDEX_BITS];
  private int count;

  /** Notes that an endpoint's runs were refused just now. */
  void add(Endpoint endpoint) {
    int index = index(endpoint);
    endpoints[index] = endpoint;
    untilNanos[index] = System.nanoTime() + RETRY_NANOS;
    count++;
  }

  /** Whether runs to an endpoint need not be tried. */
  boolean has(Endpoint endpoint) {
    if (count == 0) {
      return false;
    }
    int index = index(endpoint);
    Endpoint known = endpoints[index];
    return known != null && known.sameRemote(endpoint) && System.nanoTime() - untilNanos[index] < 0;
  }

  void clear() {
    Arrays.fill(endpoints, null);
    count = 0;
  }

  private static int index(Endpoint endpoint) {
    return (endpoint.hashCode() * 0x9e3779b9) >>> (Integer.SIZE - INDEX_BITS);
  }
}
