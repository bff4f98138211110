package dev.warren.interop.speed;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.PacketCounter;
import dev.warren.interop.host.Running;
import java.time.Duration;
import java.util.Map;

/**
 * What an established tunnel carries while its right end is flooded with forged initiations.
 *
 * <p>The flood comes from the left host, over the same link. It takes a core of this machine by
 * itself, which is no fault of the daemon; so beside the throughput without any flood there is that
 * with the same flood dropped by the right host's kernel, before the daemon's socket. What is kept
 * of the latter is what the daemon answers for.
 */
final class FloodBench {
  private static final int COLD_SECONDS = 2;
  private static final int FLOWING_PACKETS = 20_000;
  private static final String MATCH = "ip saddr " + ForgedFlood.SOURCES;

  private static final String DOOR =
      """
      table inet door {
        chain c { type filter hook prerouting priority -200; %s drop; }
      }
      """
          .formatted(MATCH);

  private final int seconds;
  private final Sink sink;

  FloodBench(int seconds, Sink sink) {
    this.seconds = seconds;
    this.sink = sink;
  }

  void run(Implementation implementation) {
    try (Pair pair = new Pair(implementation, implementation)) {
      Namespace left = pair.left();
      Namespace right = pair.right();
      left.ip("route add local " + ForgedFlood.SOURCES + " dev lo");
      right.ip("route add " + ForgedFlood.SOURCES + " via " + Pair.LEFT_OUTER);
      pair.tcpGigabits(COLD_SECONDS);
      double calm = pair.tcpGigabits(seconds);
      sink.accept(Measure.FLOOD_CALM, calm);
      PacketCounter.ruleset(right, DOOR);
      PacketCounter arrived = PacketCounter.input(right, "flood", MATCH);
      Running flood =
          left.start(
              Map.of(),
              ForgedFlood.commandLine(pair.rightKeys().publicKey(), Pair.RIGHT_OUTER, Pair.PORT));
      Await.until(
          () -> "a flood: " + flood,
          Duration.ofSeconds(30),
          () -> arrived.packetCount() > FLOWING_PACKETS);
      double beside = throughput(pair, arrived, Measure.FLOOD_DROPPED_RATE);
      sink.accept(Measure.FLOOD_DROPPED, beside);
      right.run("nft", "delete", "table", "inet", "door");
      double flooded = throughput(pair, arrived, Measure.FLOOD_RATE);
      sink.accept(Measure.FLOOD, flooded);
      sink.accept(Measure.FLOOD_KEPT, flooded / beside);
      sink.accept(Measure.FLOOD_KEPT_OF_CALM, flooded / calm);
    }
  }

  private double throughput(Pair pair, PacketCounter arrived, Measure rate) {
    long before = arrived.packetCount();
    long start = System.nanoTime();
    double gigabits = 0;
    try {
      gigabits = pair.tcpGigabits(seconds);
    } catch (AssertionError e) {
      // A tunnel that carries no connection to its end has kept nothing.
      sink.note("no connection came to its end: " + String.valueOf(e.getMessage()).strip());
    }
    double elapsedSeconds = (System.nanoTime() - start) / 1e9;
    sink.accept(rate, (arrived.packetCount() - before) / elapsedSeconds / 1000);
    return gigabits;
  }
}
