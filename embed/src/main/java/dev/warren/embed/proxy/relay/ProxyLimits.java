package dev.warren.embed.proxy.relay;

import dev.warren.packet.owner.Immutable;
import java.time.Duration;

/**
 * How much and how long.
 *
 * @param connections how many clients are served at a time; further ones are refused
 * @param head how long a client may take to say what it wants
 * @param dial how long a connection may take to come about
 * @param idle how long both directions may be silent; keepalive finds dead ones long before
 * @param halfClosed how long a direction may be silent after the other has ended
 * @param flows how many clients a UDP forward knows, how many UDP associations there are, how many
 *     hosts each knows
 * @param tick how often it is looked for those that are overdue
 */
@Immutable
public record ProxyLimits(
    int connections,
    Duration head,
    Duration dial,
    Duration idle,
    Duration halfClosed,
    int flows,
    Duration tick) {

  /** What is usual. */
  public static ProxyLimits usual() {
    return new ProxyLimits(
        8_192,
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Duration.ofHours(24),
        Duration.ofHours(1),
        1024,
        Duration.ofSeconds(1));
  }

  /** The same for another number of connections. */
  public ProxyLimits withConnections(int count) {
    return new ProxyLimits(count, head, dial, idle, halfClosed, flows, tick);
  }

  /** The same with other times. */
  public ProxyLimits withTimes(Duration newHead, Duration newDial, Duration newIdle) {
    return new ProxyLimits(
        connections, newHead, newDial, newIdle, newIdle, flows, Duration.ofMillis(20));
  }

  /** The same for another number of flows. */
  public ProxyLimits withFlows(int count) {
    return new ProxyLimits(connections, head, dial, idle, halfClosed, count, tick);
  }
}
