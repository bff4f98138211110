package dev.warren.interop.speed;

import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Iperf;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.Wg;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One run of one implementation with itself.
 *
 * <pre>
 *   left  wg0 10.77.0.1, eth0 192.0.2.1  ---- veth, MTU 1500 ----  eth0 192.0.2.2, wg0 10.77.0.2
 * </pre>
 *
 * <p>Both ends, and iperf3 beside them, share this machine's cores: rates say how two
 * implementations compare here, not what one reaches on a host of its own.
 */
final class Bench implements AutoCloseable {
  private static final String DEVICE = "wg0";
  private static final String RIGHT_INNER = "10.77.0.2";
  private static final int COLD_SECONDS = 2;

  private final Namespace left = Namespace.create();
  private final Namespace right = Namespace.create();
  private final Daemon leftDaemon;
  private final Daemon rightDaemon;

  Bench(Implementation implementation) {
    Namespace.join(left, "eth0", right, "eth0");
    left.address("eth0", "192.0.2.1/24");
    right.address("eth0", "192.0.2.2/24");
    leftDaemon = Daemon.start(left, implementation, DEVICE);
    rightDaemon = Daemon.start(right, implementation, DEVICE);
    Identity leftKeys = Identity.create();
    Identity rightKeys = Identity.create();
    configure(left, leftKeys, rightKeys, "10.77.0.1", "Endpoint = 192.0.2.2:51820");
    configure(right, rightKeys, leftKeys, RIGHT_INNER, "Endpoint = 192.0.2.1:51820");
    Ping.awaitReply(left, RIGHT_INNER, Duration.ofSeconds(20));
  }

  private static void configure(
      Namespace host, Identity own, Identity peer, String inner, String endpoint) {
    new Wg(host, DEVICE)
        .configure(
            "setconf",
            """
            [Interface]
            PrivateKey = %s
            ListenPort = 51820
            [Peer]
            PublicKey = %s
            AllowedIPs = 10.77.0.0/24
            %s
            """
                .formatted(own.privateKey(), peer.publicKey(), endpoint));
    host.address(DEVICE, inner + "/24");
    host.ip("link set " + DEVICE + " up");
  }

  /** Measures everything, and hands over each figure as soon as it is there. */
  void measure(int seconds, BiConsumer<Measure, Double> sink) {
    sink.accept(Measure.IDLE_MEMORY, peakMegabytes());
    Ping.Result before = ping();
    sink.accept(Measure.PING_MEDIAN, before.quantileMillis(0.5));
    sink.accept(Measure.PING_P99, before.quantileMillis(0.99));
    sink.accept(Measure.TCP_COLD, gigabits(COLD_SECONDS));
    double cpuBefore = cpuSeconds();
    double rate = gigabits(seconds);
    sink.accept(Measure.TCP, rate);
    double gigabytes = rate * seconds / 8;
    sink.accept(Measure.TCP_CPU, (cpuSeconds() - cpuBefore) / gigabytes);
    sink.accept(Measure.TCP_FOUR, gigabits(seconds, "-P", "4"));
    sink.accept(Measure.TCP_REVERSE, gigabits(seconds, "-R"));
    Iperf.Result udp = Iperf.run(left, right, RIGHT_INNER, seconds, "-u", "-b", "0", "-l", "1300");
    sink.accept(Measure.UDP, udp.megabitsPerSecond() / 1000);
    sink.accept(Measure.UDP_LOST, udp.lostPercent());
    sink.accept(Measure.PING_AFTER, ping().quantileMillis(0.5));
    sink.accept(Measure.PEAK_MEMORY, peakMegabytes());
  }

  private Ping.Result ping() {
    return Ping.run(left, RIGHT_INNER, 200, Duration.ofMillis(2));
  }

  private double gigabits(int seconds, String... options) {
    return Iperf.run(left, right, RIGHT_INNER, seconds, options).megabitsPerSecond() / 1000;
  }

  private double cpuSeconds() {
    return leftDaemon.cpuSeconds() + rightDaemon.cpuSeconds();
  }

  /** Of the side that took more. */
  private double peakMegabytes() {
    return List.of(leftDaemon, rightDaemon).stream()
            .mapToLong(Daemon::peakResidentBytes)
            .max()
            .orElseThrow()
        / 1e6;
  }

  @Override
  public void close() {
    left.close();
    right.close();
  }
}
