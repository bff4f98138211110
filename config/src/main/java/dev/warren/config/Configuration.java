package dev.warren.config;

import dev.warren.packet.owner.Immutable;
import java.util.List;

/**
 * A whole configuration.
 *
 * <p>Has no secret in its text: keys are hidden, and so is {@link #stripped}.
 *
 * @param device the settings of {@code [Interface]}
 * @param peers the peers, in order; a key may come twice
 * @param stripped the lines as they were, without those that only {@code wg-quick} knows
 */
@Immutable
public record Configuration(InterfaceConfig device, List<PeerConfig> peers, String stripped)
    implements AutoCloseable {

  /** Wipes the keys. */
  @Override
  public void close() {
    device.wipe();
    for (PeerConfig peer : peers) {
      peer.wipe();
    }
  }

  @Override
  public String toString() {
    return "Configuration[" + device + ", " + peers + "]";
  }
}
