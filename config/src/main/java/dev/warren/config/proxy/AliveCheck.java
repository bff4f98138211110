package dev.warren.config.proxy;

import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Immutable;
import java.util.List;

/**
 * Who must answer pings for the tunnel to count as alive: {@code CheckAlive}.
 *
 * @param addresses none for no check
 * @param intervalSeconds how often
 */
@Immutable
public record AliveCheck(List<IpAddress> addresses, int intervalSeconds) {
  /** wireproxy's. */
  static final int USUAL_SECONDS = 5;

  /** No check. */
  public static final AliveCheck NONE = new AliveCheck(List.of(), USUAL_SECONDS);

  public AliveCheck {
    addresses = List.copyOf(addresses);
  }
}
