package dev.warren.interop.speed;

import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Iperf;
import dev.warren.interop.host.Ping;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What is measured on fresh daemons with a tunnel between them. */
final class PairBench {
  private static final int COLD_SECONDS = 2;

  /** A trial of the search: long enough for a hundred thousand packets. */
  private static final int TRIAL_SECONDS = 2;

  private static final int UDP_PAYLOAD_BYTES = 1300;
  private static final int SMALL_PAYLOAD_BYTES = 64;
  private static final double BEARABLE_LOSS_PERCENT = 1;
  private static final double FIRST_GIGABITS = 0.5;

  private static final String UNLIMITED = "0";

  /**
   * The receiving program's socket buffer. The default of 200 KB holds two milliseconds of a
   * gigabit: with all the programs of the bed on a few cores it is often that which overflows, and
   * not anything of the tunnel's.
   */
  private static final String BUFFER = "-w2M";

  private static final Set<Part> UDP_PARTS = EnumSet.of(Part.UDP, Part.UDP_RATE, Part.SMALL);

  private final int seconds;
  private final Sink sink;

  /** Hands each figure to {@code sink} as soon as it is there. */
  PairBench(int seconds, Sink sink) {
    this.seconds = seconds;
    this.sink = sink;
  }

  /** One implementation with itself. */
  void alike(Implementation implementation, Set<Part> parts) {
    try (Pair pair = new Pair(implementation, implementation)) {
      if (parts.contains(Part.MEMORY)) {
        sink.accept(Measure.IDLE_MEMORY, pair.residentMegabytes());
      }
      if (parts.contains(Part.PING)) {
        ping(pair, Measure.PING_MEDIAN, Measure.PING_P99);
      }
      if (parts.contains(Part.TCP)) {
        tcp(pair);
      }
      if (!parts.contains(Part.TCP) && !Collections.disjoint(parts, UDP_PARTS)) {
        // Whatever was selected, daemons meet UDP as warm as they would be after TCP.
        pair.tcpGigabits(2 * COLD_SECONDS);
      }
      if (parts.contains(Part.UDP)) {
        Iperf.Result udp = pair.udp(seconds, UDP_PAYLOAD_BYTES, UNLIMITED);
        sink.accept(Measure.UDP, udp.megabitsPerSecond() / 1000);
        sink.accept(Measure.UDP_LOST, udp.lostPercent());
        Iperf.Result buffered = pair.udp(seconds, UDP_PAYLOAD_BYTES, UNLIMITED, BUFFER);
        sink.accept(Measure.UDP_BUFFERED, buffered.megabitsPerSecond() / 1000);
      }
      if (parts.contains(Part.UDP_RATE)) {
        sink.accept(
            Measure.UDP_RATE, RateSearch.highest(FIRST_GIGABITS, rate -> trial(pair, rate)));
        sink.accept(
            Measure.UDP_RATE_BUFFERED,
            RateSearch.highest(FIRST_GIGABITS, rate -> trial(pair, rate, BUFFER)));
      }
      if (parts.contains(Part.SMALL)) {
        Iperf.Result small = pair.udp(seconds, SMALL_PAYLOAD_BYTES, UNLIMITED);
        sink.accept(Measure.SMALL, small.receivedBitsPerSecond() / 8 / SMALL_PAYLOAD_BYTES / 1000);
      }
      if (parts.contains(Part.AFTER)) {
        ping(pair, Measure.AFTER_MEDIAN, Measure.AFTER_P99);
        sink.accept(Measure.PEAK_MEMORY, pair.peakMegabytes());
      }
    }
  }

  /** The first implementation sends to the second, and the other way. */
  void mixed(Implementation first, Implementation second) {
    try (Pair pair = new Pair(first, second)) {
      // Neither direction is to be the one that warms the daemons up.
      pair.tcpGigabits(COLD_SECONDS);
      sink.accept(Measure.MIXED_SENDS, pair.tcpGigabits(seconds));
      sink.accept(Measure.MIXED_RECEIVES, pair.tcpGigabits(seconds, "-R"));
    }
  }

  private void ping(Pair pair, Measure median, Measure p99) {
    Ping.Result result = pair.ping();
    sink.accept(median, result.quantileMillis(0.5));
    sink.accept(p99, result.quantileMillis(0.99));
  }

  private void tcp(Pair pair) {
    sink.accept(Measure.TCP_COLD, pair.tcpGigabits(COLD_SECONDS));
    double cpuBefore = pair.cpuSeconds();
    double rate = pair.tcpGigabits(seconds);
    sink.accept(Measure.TCP, rate);
    double gigabytes = rate * seconds / 8;
    sink.accept(Measure.TCP_CPU, (pair.cpuSeconds() - cpuBefore) / gigabytes);
    sink.accept(Measure.TCP_FOUR, pair.tcpGigabits(seconds, "-P", "4"));
    sink.accept(Measure.TCP_REVERSE, pair.tcpGigabits(seconds, "-R"));
    sink.accept(Measure.TCP_FOUR_REVERSE, pair.tcpGigabits(seconds, "-R", "-P", "4"));
  }

  /** One rate of {@link RateSearch}. */
  private double trial(Pair pair, double gigabits, String... options) {
    String rate = Math.round(gigabits * 1e6) + "K";
    Iperf.Result result = pair.udp(TRIAL_SECONDS, UDP_PAYLOAD_BYTES, rate, options);
    double through = result.megabitsPerSecond() / 1000;
    sink.note(
        "tried %.3f Gbit/s: %.3f received, %.2f %% lost"
            .formatted(gigabits, through, result.lostPercent()));
    return result.lostPercent() < BEARABLE_LOSS_PERCENT ? through : Double.NaN;
  }
}
