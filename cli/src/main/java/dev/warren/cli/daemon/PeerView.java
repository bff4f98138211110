package dev.warren.cli.daemon;

import dev.warren.packet.Endpoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What there is to see of one peer.
 *
 * @param endpoint where it is, if that is known
 * @param handshakeEpochNanos when a handshake last succeeded, 0 for never
 * @param txBytes bytes of messages sent to it
 * @param rxBytes bytes of authentic messages received from it
 */
public record PeerView(
    @Nullable Endpoint endpoint, long handshakeEpochNanos, long txBytes, long rxBytes) {
  private static final long REJECT_AFTER_TIME_NANOS = TimeUnit.SECONDS.toNanos(180);

  /** Whether no keypair can be left. */
  boolean isStale(long epochNanos) {
    return handshakeEpochNanos == 0 || epochNanos - handshakeEpochNanos > REJECT_AFTER_TIME_NANOS;
  }
}
